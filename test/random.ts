/** A stream of pseudo-random numbers that a seed repeats exactly (mulberry32). */
export interface Random {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
  chance(percent: number): boolean;
}

/** The stream of one seed. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number) => next() % limit;
  return {
    below,
    pick: <T>(list: readonly T[]): T => list[below(list.length)] as T,
    chance: (percent) => below(100) < percent,
  };
}

/** Pieces that have broken somebody's chat before: markup, links, escapes, and characters that hide, reorder or break text. */
export const NAUGHTY = [
  ...['</pre><b>', '<b>', '</b>', '</code>', '<a href="https://evil.example">x</a>', '<script>', '<!--', '<', '>'],
  ...['&', '&lt;', '&amp;lt;', '&#60;', '&#x3c;b&#x3e;', '&quot;', '"', "'", '`', '```', '*', '_', '\\', '|'],
  ...['/restart_prod', '/restart@our_bot', '//stop', '@userbot', '@admin', '#tag', '#тег', '$USD'],
  ...['https://evil.example', 'http://1.2.3.4/x', 'evil.com', 'café.com', 'пример.рф', 't.me/evil', 'a@evil.com'],
  ...['tg://resolve?domain=evil', 'ton://x', 'mailto:a@evil.com', '10.0.0.1:80', 'https://пример.рф'],
  ...[
    '\u001b[31m',
    '\u001b]0;title\u0007',
    '\u001b]8;;https://evil.example\u001b\\',
    '\u009b31m',
    '\u001b',
    '\u001b[2J',
  ],
  ...['\u0000', '\u0007', '\b', '\u007f', '\u0085', '\u009f', '\r', '\r\n', '\n', '\t', '\v', '\f'],
  ...['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069', '\u200e', '\u200f'],
  ...['\u061c', '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u2028', '\u2029', '\u{e0041}'],
  ...['\ud83d', '\udc4d', '👍', '👩‍👩‍👧', 'é', '名前', 'עברית', 'a', 'b', ' ', '  ', '0', '.', ':', '/', '@', '#', '-'],
] as const;

/** A string of naughty and harmless pieces, of at most `max` UTF-16 units and at least one. */
export function hostile(random: Random, max: number): string {
  const pieces = Array.from({ length: 1 + random.below(12) }, () =>
    random.chance(80) ? random.pick(NAUGHTY) : String.fromCharCode(random.below(0x10000)),
  );
  const text = pieces.join(random.chance(50) ? '' : ' ');
  const long = random.chance(15) ? text.repeat(1 + Math.floor(max / text.length)) : text;
  return long.slice(0, max);
}
