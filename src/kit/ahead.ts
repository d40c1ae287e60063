/** A time so far ahead of the clock, in ms, was noted by a wrong clock, or is read by one. */
const AHEAD_MS = 60_000;

/** Whether a time lies so far ahead of `now` that one of the clocks was wrong. */
export function isAhead(at: number, now: number): boolean {
  return at > now + AHEAD_MS;
}

/** A time that can have been; undefined for one that is still to come, which says nothing. */
export function believed(at: number | undefined, now: number): number | undefined {
  return at === undefined || isAhead(at, now) ? undefined : at;
}
