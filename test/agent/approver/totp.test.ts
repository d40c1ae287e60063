import { describe, expect, test } from 'vitest';
import { codeOf, matchingStep, stepAt } from '#src/agent/approver/totp.ts';

// RFC 6238, appendix B, and RFC 4226, appendix D: the last six digits.
const SEED = Buffer.from('12345678901234567890');
const AT = 1_800_000_000_000;

test.each([
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
])('the code at %i s is that of the RFC', (seconds, code) => {
  expect(codeOf(SEED, stepAt(seconds * 1000))).toBe(code);
});

test('the codes of the first ten steps are those of the RFC', () => {
  const codes = Array.from({ length: 10 }, (_, step) => codeOf(SEED, step));
  expect(codes.join(' ')).toBe('755224 287082 359152 969429 338314 254676 287922 162583 399871 520489');
});

describe('a code', () => {
  test.each([-1, 0, 1])('counts %i steps from now', (off) => {
    expect(matchingStep(SEED, codeOf(SEED, stepAt(AT) + off), AT)).toBe(stepAt(AT) + off);
  });

  test.each([-20, -2, 2, 20])('does not count %i steps from now', (off) => {
    expect(matchingStep(SEED, codeOf(SEED, stepAt(AT) + off), AT)).toBeUndefined();
  });

  test.each(['', '1', '12345', '1234567', '００００００', 'abcdef', '      '])('%j is none', (code) => {
    expect(matchingStep(SEED, code, AT)).toBeUndefined();
  });

  test('that is longer than six digits does not count for its beginning', () => {
    expect(matchingStep(SEED, `${codeOf(SEED, stepAt(AT))}0`, AT)).toBeUndefined();
  });
});
