import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';

describe('a typed duration is read', () => {
  test.each([
    ['250ms', 250],
    ['0s', 0],
    ['30s', 30_000],
    ['2m', 120_000],
    ['1.5h', 5_400_000],
    ['7d', 604_800_000],
    [' 30s ', 30_000],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});

describe('what is no duration is refused with an example', () => {
  test.each(['', ' ', '30', 's', '30 s', '-30s', '+30s', '1e3s', '.5h', '1.h', '30S', '30sec', '1h30m', '٣s', 'NaNs'])(
    '"%s"',
    (text) => {
      expect(() => parseDuration(text)).toThrow(
        new Problem('duration', `"${text}" is not a duration: write 30s, 2m, 1h or 7d.`),
      );
    },
  );
});

describe('a duration is told in two units at the most', () => {
  test.each([
    [-5, '0 ms'],
    [0, '0 ms'],
    [0.4, '0 ms'],
    [7, '7 ms'],
    [999, '999 ms'],
    [1000, '1.0 s'],
    [1449, '1.4 s'],
    [9_900, '9.9 s'],
    [10_000, '10 s'],
    [12_400, '12 s'],
    [59_499, '59 s'],
    [59_500, '1 min'],
    [200_000, '3 min 20 s'],
    [3_599_400, '59 min 59 s'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
    [7_200_000 + 59_000, '2 h'],
    [86_400_000, '1 d'],
    [4 * 86_400_000 + 3 * 3_600_000 + 60_000, '4 d 3 h'],
    [400 * 86_400_000, '400 d'],
  ])('%d ms as %s', (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });
});
