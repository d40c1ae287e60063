import { expect, test } from 'vitest';
import { pauseAfter } from '#src/agent/beacon.ts';

test('a beacon that could not be set is tried again soon, then less and less often, and never less often than ever', () => {
  const pauses = Array.from({ length: 9 }, (_, failures) => pauseAfter(failures, 300_000) / 1000);
  expect(pauses).toEqual([300, 10, 20, 40, 80, 160, 300, 300, 300]);
  expect(pauseAfter(5_000, 300_000)).toBe(300_000);
  expect(pauseAfter(3, 5_000)).toBe(5_000);
});
