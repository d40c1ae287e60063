import { expect, test } from 'vitest';
import { fakeBackups } from './fakeRestic.ts';

const DAY = 24 * 60;
const away = { fails: { backup: 'Fatal: dial tcp: connection refused' } };

test('a set that nobody scheduled is late after a day, also one that was never saved', async () => {
  const node = await fakeBackups();
  expect(await node.known()).toMatchObject({ isLate: false, maxAgeMs: 86_400_000, savedAt: undefined });
  node.pass(DAY + 1);
  expect(await node.known()).toMatchObject({ isLate: true });
  await node.run('save');
  expect(await node.known()).toMatchObject({ isLate: false, savedAgoMs: 60_000 });
  node.pass(DAY);
  expect(await node.known()).toMatchObject({ isLate: true });
});

test('a set is as fresh as the destination that is most behind', async () => {
  const node = await fakeBackups({ schedule: 'daily' }, ['disk', 'nas']);
  await node.run('save', { minutes: DAY });
  node.change(away);
  await node.run('save', { minutes: DAY });
  const { saved, savedAgoMs, isLate } = await node.known();
  expect(savedAgoMs).toBe(2 * DAY * 60_000);
  expect(saved.map((one) => [one.destination, one.isLate])).toEqual([
    ['disk', false],
    ['nas', true],
  ]);
  expect(isLate).toBe(true);
});

test('a destination that never got anything is late by the first save that it missed', async () => {
  const node = await fakeBackups({ schedule: 'daily' }, ['disk', 'nas']);
  node.pass(20 * DAY);
  node.change(away);
  await node.run('save', { minutes: DAY });
  expect(await node.known()).toMatchObject({ isLate: false });
  await node.run('save', { minutes: DAY });
  expect(await node.known()).toMatchObject({
    isLate: true,
    saved: [
      { destination: 'disk', isLate: false },
      { destination: 'nas', at: undefined, isLate: true },
    ],
  });
});

test('what was noted by a clock years ahead is neither fresh nor proof, and is known as that', async () => {
  const node = await fakeBackups({ schedule: 'daily' });
  const right = node.clock.now;
  await node.known();
  node.clock.now = Date.UTC(2031, 0, 1);
  await node.run('save');
  node.clock.now = right + 30 * DAY * 60_000;
  expect(await node.known()).toMatchObject({
    ...{ isLate: true, savedAt: undefined, savedAgoMs: undefined },
    saved: [{ destination: 'nas', at: undefined, aheadAt: Date.UTC(2031, 0, 1) }],
    chores: { save: { doneAt: undefined } },
  });
  const [kept] = await node.list();
  expect(kept?.snapshots).toMatchObject([{ isAhead: true }]);
  await node.run('save');
  expect(await node.known()).toMatchObject({ isLate: false, saved: [{ aheadAt: undefined }] });
});

test('a backup that is dated later than now takes no place of one that is right', async () => {
  const node = await fakeBackups({ keep: { daily: 2, weekly: 1 } });
  const right = node.clock.now;
  node.clock.now = Date.UTC(2031, 0, 1);
  await node.run('save');
  node.clock.now = right;
  await node.run('save');
  await node.run('prune');
  expect(node.at['nas']?.asked['forget']?.filter((word) => word.startsWith('--keep'))).toEqual([
    '--keep-daily=3',
    '--keep-weekly=2',
  ]);
});

test('sizes are known by part and destination', async () => {
  const node = await fakeBackups({ dumps: { orders: { command: ['pg_dump'] } } }, ['disk', 'nas']);
  await node.run('save');
  node.change({ bytes: 0 });
  await node.run('save');
  node.restart();
  const { sizes, bytes } = await node.known();
  expect(bytes).toBe(2000);
  expect(sizes.map((one) => [one.destination, one.part, one.bytes])).toEqual([
    ['disk', 'orders', [1000, 1000]],
    ['disk', 'files', [1000, 1000]],
    ['nas', 'orders', [1000, 0]],
    ['nas', 'files', [1000, 0]],
  ]);
});
