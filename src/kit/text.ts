const [ESC, BEL, CSI, ST, OPENERS] = ['\u001b', '\u0007', '\u009b', '\u009c', '\u0090\u0098\u009d\u009e\u009f'];
// Terminal sequences in linear time (Node's own stripper is quadratic in strings that never end): a string up to its end, a CSI, a short one.
const SEQUENCES = new RegExp(
  [
    `(?:${ESC}[\\]PX^_]|[${OPENERS}])(?:[^${BEL}${ESC}${ST}]{0,2000}(?:${BEL}|${ESC}\\\\|${ST}))?`,
    `(?:${ESC}\\[|${CSI})[0-?]{0,64}[ -/]{0,8}[@-~]?`,
    `${ESC}[ -/]{0,8}[0-~]?`,
  ].join('|'),
  'gu',
);
// Control, format (bidi, zero-width, tags) and line-separator characters, which can hide or reorder text; tab and newline may stay.
const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text from outside made safe to show: no escape sequences, control, bidi or invisible characters, no lone surrogates. */
export function sanitise(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replace(SEQUENCES, '').replace(HIDDEN, '').toWellFormed();
}

/** Escapes text for Telegram's HTML, in and out of attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Cuts to at most `max` UTF-16 units with an ellipsis, never through a surrogate pair. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** The last lines of a text that fit in `max` UTF-16 units: the end of a log is where the reason stands. */
export function tail(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = text.slice(-max);
  const newline = end.indexOf('\n');
  return (newline === -1 || newline === end.length - 1 ? end : end.slice(newline + 1)).toWellFormed();
}

/** One word or many: `1 node`, `3 nodes`. */
export function count(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}

/** The same word with a capital at its beginning. */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
