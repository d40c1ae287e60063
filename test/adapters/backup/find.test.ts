import { expect, test } from 'vitest';
import { pick } from '#src/adapters/backup/find.ts';
import type { Snapshot } from '#src/operation/snapshot.ts';

const of = (id: string, more: Partial<Snapshot> = {}): Snapshot => ({
  ...{ id, set: 'shop', part: 'files', destination: 'disk', at: 0, emergency: false, ...more },
});

test('the newest is the last that is neither of before a restore nor dated later than now', () => {
  const all = [of('a'), of('b'), of('c', { emergency: true }), of('d', { isAhead: true })];
  expect(pick(all, 'shop', undefined).id).toBe('b');
  expect(pick(all, 'shop', 'd').id).toBe('d');
});

test('where all are dated later than now it is this clock that is wrong', () => {
  expect(pick([of('a', { isAhead: true }), of('b', { isAhead: true })], 'shop', undefined).id).toBe('b');
});
