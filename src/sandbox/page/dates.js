const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'medium' });
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
const short = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** The time of day of a Bot API date (seconds), as a bubble shows it. */
export function timeOf(seconds) {
  return clock.format(seconds * 1000);
}

/** The whole date and time, for tooltips. */
export function exactly(seconds) {
  return exact.format(seconds * 1000);
}

/** What a date separator says; two messages of one day give the same words. */
export function dayOf(seconds) {
  const ago = daysAgo(seconds);
  if (ago === 0) return 'Today';
  return ago === 1 ? 'Yesterday' : day.format(seconds * 1000);
}

/** The time for today's messages, the day for older ones, as the list of chats shows it. */
export function when(seconds) {
  return daysAgo(seconds) === 0 ? timeOf(seconds) : short.format(seconds * 1000);
}

function daysAgo(seconds) {
  const midnight = (date) => new Date(date).setHours(0, 0, 0, 0);
  return Math.round((midnight(Date.now()) - midnight(seconds * 1000)) / 86_400_000);
}
