import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { combine, split } from './shamir.ts';

test('any three of five parts give the secret, and each part is one byte longer', () => {
  const secret = randomBytes(32);
  const parts = split(secret, 5, 3);
  expect(parts.map(({ length }) => length)).toEqual([33, 33, 33, 33, 33]);
  for (const a of parts)
    for (const b of parts)
      for (const c of parts) if (new Set([a, b, c]).size === 3) expect(combine([a, b, c])).toEqual(secret);
});

test('two parts, or a wrong one among three, give something else', () => {
  const secret = randomBytes(32);
  const [a, b, c] = split(secret, 5, 3) as [Buffer, Buffer, Buffer];
  expect(combine([a, b])).not.toEqual(secret);
  const wrong = Buffer.from(c);
  wrong[0] = (wrong[0] ?? 0) ^ 1;
  expect(combine([a, b, wrong])).not.toEqual(secret);
});

// Worked by hand: f(x) = 7 + 3x over GF(256), at 1 and 2.
test('a line through two known points meets the axis where it should', () => {
  expect(combine([Buffer.from([7 ^ 3, 1]), Buffer.from([7 ^ 6, 2])])).toEqual(Buffer.from([7]));
});

test('the same part twice, or parts of different length, are refused', () => {
  const [a, b] = split(randomBytes(32), 5, 3) as [Buffer, Buffer];
  expect(() => combine([a, a, b])).toThrow('duplicate part detected');
  expect(() => combine([a, b.subarray(1)])).toThrow('all parts must be the same length');
});
