import { expect, test } from 'vitest';
import { pauseAfter, stateOf } from '#src/agent/beacon.ts';
import type { ChoreKnown, SetKnown } from '#src/operation/backupKnown.ts';
import { NEVER, setKnown } from '../fixtures/known.ts';

test('a beacon that could not be set is tried again soon, then less and less often, and never less often than ever', () => {
  const pauses = Array.from({ length: 9 }, (_, failures) => pauseAfter(failures, 300_000) / 1000);
  expect(pauses).toEqual([300, 10, 20, 40, 80, 160, 300, 300, 300]);
  expect(pauseAfter(5_000, 300_000)).toBe(300_000);
  expect(pauseAfter(3, 5_000)).toBe(5_000);
});

const failed = (failures = 1): ChoreKnown => ({ ...NEVER, failures, failure: { code: 'x', because: '', places: [] } });
const { chores } = setKnown();

test.each<[string, Partial<SetKnown>, true | undefined]>([
  ['that is well', {}, undefined],
  ['that is late', { isLate: true }, true],
  ['whose check failed', { chores: { ...chores, check: failed() } }, true],
  ['whose drill failed', { chores: { ...chores, drill: failed() } }, true],
  ['that is drilled now', { chores: { ...chores, drill: failed() }, running: 'drill' }, undefined],
  ['that is drilled again after a failure', { chores: { ...chores, drill: failed(2) }, running: 'drill' }, true],
])('a set %s is so for the daily message', (_, known, trouble) => {
  expect(stateOf(setKnown(known)).trouble).toBe(trouble);
});
