import { expect, test } from 'vitest';
import backupCheck from '#handlers/backup_check.ts';
import backupDiff from '#handlers/backup_diff.ts';
import backupPrune from '#handlers/backup_prune.ts';
import backupUnlock from '#handlers/backup_unlock.ts';
import backups from '#handlers/backups.ts';
import type { BackupSet, Backups, Kept } from '#src/operation/backups.ts';
import { NEVER, setKnown } from '../fixtures/known.ts';
import { runWith, toolsWith, workOf } from './tools.ts';

const INPUT = { set: 'files' };
const DAY = 86_400_000;
const { chores: CHORES } = setKnown();
const SET: BackupSet = {
  name: 'files',
  paths: ['/srv'],
  dumps: [],
  pause: [],
  pauseToSave: [],
  destinations: ['nas'],
  places: [{ destination: 'nas', medium: 'sftp', offSite: false }],
};
const having = (given: Partial<Backups>) => toolsWith({ backups: given as Backups });
const snapshot = (ageMs: number, emergency = false) => ({
  ...{ id: `1f2e3d4c${'0'.repeat(56)}`, set: 'files', part: 'files', destination: 'nas', at: 0, emergency },
  ...{ bytes: 5e6, ageMs },
});
const told = { node: 'alpha', params: backups.parse(INPUT), tookMs: 1000 };

async function look(kept: Kept[], more: Partial<Backups> = {}) {
  const tools = having({
    sets: () => [SET],
    set: () => SET,
    list: async () => kept,
    known: async () => [setKnown({ name: 'files' })],
    ...more,
  });
  const { result } = await runWith(backups, INPUT, tools);
  return backups.report({ ...told, result });
}

test('a fresh backup is well, and a drill is told with its age', async () => {
  const kept = [{ destination: 'nas', reason: undefined, snapshots: [snapshot(3 * 3_600_000)] }];
  const reply = await look(kept, {
    known: async () => [
      setKnown({
        name: 'files',
        chores: { ...CHORES, drill: { ...NEVER, doneAt: 0, agoMs: 2 * DAY, tookMs: 90_000 } },
      }),
    ],
  });
  expect(reply).toMatchObject({ tone: 'ok', title: '1 backup of 1 set, all fresh' });
  expect(reply.buttons).toEqual([
    { label: 'Back up files', operation: 'backup', input: INPUT },
    { label: 'Restore 1f2e3d4c, 3 h old', operation: 'restore', input: { ...INPUT, snapshot: '1f2e3d4c' } },
    { label: 'Look into 1f2e3d4c', operation: 'backup_files', input: { ...INPUT, snapshot: '1f2e3d4c' } },
  ]);
  expect(reply.facts).toEqual([
    { label: 'files', value: 'newest 3 h old at nas · 5.0 MB', limit: 'at most 1 d old', tone: 'ok' },
    { label: 'files drill', value: 'proven 2 d ago, took 1 min 30 s', tone: 'ok' },
    {
      label: '3-2-1',
      value: '2 copies on 2 media, 0 off site · none yet, as far as this node knows',
      limit: '3 copies on 2 media, 1 off site',
      tone: 'warn',
    },
    { label: '1f2e3d4c', value: '3 h old · nas · 5.0 MB' },
  ]);
});

test('an emergency backup does not make a set fresh', async () => {
  const kept = [{ destination: 'nas', reason: undefined, snapshots: [snapshot(1000, true), snapshot(2 * DAY)] }];
  expect(await look(kept)).toMatchObject({ tone: 'warn', title: 'no fresh backup of files' });
});

test('a set is no fresher than the oldest of its parts at each destination', async () => {
  const set = { ...SET, dumps: ['orders'], destinations: ['nas', 'disk'] };
  const of = (destination: string, part: string, ageMs: number) => ({ ...snapshot(ageMs), destination, part });
  const reply = await look(
    [
      { destination: 'nas', reason: undefined, snapshots: [of('nas', 'orders', 1000), of('nas', 'files', 20 * DAY)] },
      { destination: 'disk', reason: undefined, snapshots: [of('disk', 'orders', 1000)] },
    ],
    { set: () => set },
  );
  expect(reply).toMatchObject({
    tone: 'warn',
    title: 'not fresh everywhere: files (files at nas, files at disk)',
    buttons: [{ label: 'Back up files' }, {}, {}],
  });
  expect(reply.facts.slice(0, 3)).toEqual([
    { label: 'files', value: 'newest 1.0 s old at nas · 5.0 MB', limit: 'at most 1 d old', tone: 'ok' },
    { label: 'files', value: 'files at nas: newest 20 d old', limit: 'at most 1 d old', tone: 'warn' },
    { label: 'files', value: 'files at disk: no backup yet', limit: 'at most 1 d old', tone: 'warn' },
  ]);
});

test('a backup that is dated later than now is neither fresh nor offered, and is told', async () => {
  const ahead = { ...snapshot(-5 * DAY), at: Date.UTC(2031, 0, 1), isAhead: true as const };
  const reply = await look([{ destination: 'nas', reason: undefined, snapshots: [ahead, snapshot(2 * DAY)] }]);
  expect(reply).toMatchObject({
    tone: 'warn',
    title: 'no fresh backup of files; 1 backup dated later than now',
    buttons: [{}, { label: 'Restore 1f2e3d4c, 2 d old' }, {}],
  });
  expect(reply.facts).toContainEqual({
    label: '1f2e3d4c',
    value: 'dated 2031-01-01 00:00:00 UTC, a clock was or is wrong · nas · 5.0 MB',
  });
});

test('a repository that cannot be asked is told with its reason', async () => {
  const reason = 'The repository nas cannot be reached. Is it up, and is the network? Try again.';
  const reply = await look([{ destination: 'nas', reason, snapshots: [] }]);
  expect(reply.title).toBe('no fresh backup of files; nas cannot be asked');
  expect(reply.facts).toContainEqual({ label: 'nas', value: reason, tone: 'bad' });
});

test('a node without sets says where they are declared', async () => {
  const { result } = await runWith(backups, {}, having({ sets: () => [] }));
  expect(backups.report({ ...told, result })).toMatchObject({
    tone: 'info',
    title: 'Nothing is backed up here yet. Declare a set under node.backup.sets.',
  });
});

test('a check reads five per cent unless told, and is loud about damage', async () => {
  const asked: number[] = [];
  const tools = having({
    check: async (_set, percent) => {
      asked.push(percent);
      return [
        { destination: 'nas', reason: undefined },
        { destination: 'disk', reason: 'The repository disk is damaged.' },
      ];
    },
  });
  const { result } = await runWith(backupCheck, INPUT, tools);
  expect(asked).toEqual([5]);
  expect(backupCheck.report({ ...told, params: backupCheck.parse(INPUT), result })).toMatchObject({
    tone: 'bad',
    title: 'disk of files did not pass',
    facts: [
      { label: 'nas', value: 'sound, 5 % of the data read', tone: 'ok' },
      { label: 'disk', tone: 'bad' },
    ],
  });
  expect(() => backupCheck.parse({ ...INPUT, percent: '101' })).toThrow(/0 to 100/);
});

test('two backups without a difference say so', () => {
  const nothing = { changed: 0, added: 0, removed: 0, addedBytes: 0, removedBytes: 0, paths: [] };
  const result = { older: 'aaaaaaaa', newer: 'bbbbbbbb', ...nothing };
  expect(backupDiff.report({ ...told, params: backupDiff.parse(INPUT), result })).toMatchObject({
    title: 'files: nothing changed from aaaaaaaa to bbbbbbbb',
  });
});

test('a lock that somebody holds is told, not taken', async () => {
  const { result } = await runWith(
    backupUnlock,
    INPUT,
    having({ unlock: async () => [{ destination: 'nas', left: 1, reason: undefined }] }),
  );
  expect(backupUnlock.report({ ...told, params: backupUnlock.parse(INPUT), result })).toMatchObject({
    tone: 'warn',
    title: 'nas of files is in use: somebody holds a lock there',
  });
});

test('a prune counts what it dropped, and after a crash asks for a look', async () => {
  const tools = having({ prune: async () => [{ destination: 'nas', kept: 7, removed: 2, reason: undefined }] });
  const { result } = await runWith(backupPrune, INPUT, tools);
  expect(backupPrune.report({ ...told, params: backupPrune.parse(INPUT), result })).toMatchObject({
    title: '2 backups of files dropped in 1.0 s',
    facts: [{ label: 'nas', value: '2 dropped, 7 kept', tone: 'ok' }],
  });
  const found = await backupPrune.verify({ ...workOf(backupPrune, INPUT, tools), before: {} });
  expect(found.verdict).toBe('needs human');
});

test('how old the newest backup may be is what its schedule lets expect', async () => {
  const kept = [{ destination: 'nas', reason: undefined, snapshots: [snapshot(6 * DAY)] }];
  const weekly = { known: async () => [setKnown({ name: 'files', maxAgeMs: 7.5 * DAY })] };
  expect(await look(kept, weekly)).toMatchObject({ tone: 'ok', title: '1 backup of 1 set, all fresh' });
  expect((await look(kept, weekly)).facts[0]).toMatchObject({ limit: 'at most 7 d 12 h old', tone: 'ok' });
});
