import { expect, test } from 'vitest';
import backup from '#handlers/backup.ts';
import type { PlaceSaved } from '#src/operation/backupKnown.ts';
import type { Backups, SaveWish } from '#src/operation/backups.ts';
import type { DestinationFailed } from '#src/operation/destinationFailed.ts';
import type { Woken } from '#src/operation/restores.ts';
import { setKnown } from '../fixtures/known.ts';
import { beforeOf, runWith, toolsWith, workOf } from './tools.ts';

const INPUT = { set: 'files' };
const SET = {
  name: 'files',
  paths: ['/srv'],
  dumps: ['db'],
  pause: [],
  pauseToSave: [],
  destinations: ['nas', 'cloud'],
  places: [
    { destination: 'nas', medium: 'sftp', offSite: false },
    { destination: 'cloud', medium: 's3', offSite: true },
  ],
};
const PART = {
  destination: 'nas',
  part: 'files',
  snapshot: '1f2e3d4c',
  files: 3,
  changed: 1,
  bytes: 5e6,
  addedBytes: 2e6,
  unread: [],
  unreadCount: 0,
};
const known = setKnown({
  name: 'files',
  saved: [
    { destination: 'nas', at: 1, isLate: false, aheadAt: undefined },
    { destination: 'cloud', at: 1, isLate: false, aheadAt: undefined },
  ],
});
const having = (given: Partial<Backups>) => toolsWith({ backups: given as Backups });

test('it asks by name, and its plan says what goes where and how well that keeps it', async () => {
  expect(backup.question(backup.parse(INPUT))).toBe('Back up files?');
  const { facts } = await backup.plan(workOf(backup, INPUT, having({ set: () => SET, known: async () => [known] })));
  expect(facts).toEqual([
    { label: 'What', value: '/srv, dump db' },
    { label: 'To', value: 'nas, cloud' },
    { label: '3-2-1', value: '3 copies on 3 media, 1 off site', limit: '3 copies on 2 media, 1 off site', tone: 'ok' },
  ]);
});

test('3-2-1 counts what is there, not what is declared', async () => {
  const at = async (saved: PlaceSaved[]) => {
    const tools = having({ set: () => SET, known: async () => [{ ...known, saved }] });
    return (await backup.plan(workOf(backup, INPUT, tools))).facts?.[2];
  };
  const nas = { destination: 'nas', at: 1, isLate: false, aheadAt: undefined };
  const cloud = { destination: 'cloud', at: undefined, isLate: false, aheadAt: undefined };
  expect(await at([nas, cloud])).toMatchObject({
    value: '2 copies on 2 media, 0 off site · cloud has none yet',
    tone: 'warn',
  });
  expect(
    await at([
      { ...nas, isLate: true },
      { ...cloud, at: 1 },
    ]),
  ).toMatchObject({
    value: '2 copies on 2 media, 1 off site · nas is behind',
    tone: 'warn',
  });
  expect(await at([{ ...nas, at: undefined }, cloud])).toMatchObject({
    value: '3 copies on 3 media, 1 off site · none yet, as far as this node knows',
    tone: 'warn',
  });
});

test('it notes percent, bytes, files and what is left', async () => {
  const tools = having({
    save: async (_set, watch) => {
      watch({ percent: undefined, bytes: 0, totalBytes: undefined, files: 0, remainingMs: undefined });
      watch({ percent: 42, bytes: 1.2e9, totalBytes: 2.9e9, files: 3100, remainingMs: 40_000 });
      return { parts: [PART], failed: [] };
    },
  });
  expect((await runWith(backup, INPUT, tools)).notes).toEqual([
    'looking at the files · 0 B · 0 files',
    '42 % · 1.2 GB of 2.9 GB · 3100 files · about 40 s left',
  ]);
});

test('its report is loud about a destination that failed and about what could not be read', () => {
  const told = { node: 'alpha', params: backup.parse(INPUT), tookMs: 61_000 };
  expect(backup.report({ ...told, result: { parts: [PART], failed: [] } })).toMatchObject({
    tone: 'ok',
    title: 'files saved to nas in 1 min 1 s: 5.0 MB',
    facts: [{ label: 'nas', value: '3 files, 1 new or changed · 5.0 MB, 2.0 MB added · 1f2e3d4c', tone: 'ok' }],
  });
  expect(
    backup.report({ ...told, result: { parts: [{ ...PART, unread: ['/srv/x'], unreadCount: 1 }], failed: [] } }),
  ).toMatchObject({
    tone: 'warn',
    title: 'files is saved, but not all of it could be read',
    facts: [{ label: 'nas' }, { label: 'Not read', value: '/srv/x', tone: 'warn' }],
  });
  const empty = { ...PART, files: 0, changed: 0, bytes: 0 };
  expect(backup.report({ ...told, result: { parts: [empty, { ...PART, part: 'db' }], failed: [] } })).toMatchObject({
    tone: 'warn',
    title: 'files is saved, but there is no file in it: look at its paths',
  });
  const failed = [{ destination: 'cloud', reason: 'The repository cloud cannot be reached. Try again.' }];
  expect(backup.report({ ...told, result: { parts: [PART], failed } })).toMatchObject({
    tone: 'bad',
    title: 'files is saved to nas only: cloud failed',
  });
});

test('it marks what it makes, and after a crash counts what has the mark', async () => {
  const wishes: SaveWish[] = [];
  const run = having({
    ...{ set: () => SET, known: async () => [], mark: () => 'f00d' },
    save: async (wish) => {
      wishes.push(wish);
      return { parts: [PART], failed: [] };
    },
  });
  const before = await beforeOf(backup, INPUT, run);
  await runWith(backup, INPUT, run, before);
  expect(wishes).toEqual([{ set: 'files', renew: false, mark: 'f00d' }]);

  const look = async (found: number, silent: DestinationFailed[] = []) => {
    const marked = async (_: string, mark: string) => ({ found: mark === 'f00d' ? found : 0, silent });
    const set = () => ({ ...SET, dumps: [], destinations: ['nas'] });
    const tools = having({ set, marked, wake: async () => undefined });
    return await backup.verify({ ...workOf(backup, INPUT, tools), before });
  };
  expect(await look(0)).toMatchObject({ verdict: 'verified not applied', because: expect.stringContaining('0 of 1') });
  expect(await look(1)).toMatchObject({ verdict: 'verified applied' });
  expect(await look(0, [{ destination: 'nas', reason: 'The repository nas cannot be reached.' }])).toEqual({
    verdict: 'needs human',
    because:
      '0 of 1 backups of files were made; those are whole. The repository nas cannot be reached. Then see /backups, or ask again.',
  });
});

test('what is stopped meanwhile is in the plan, the progress, the report and the finding after a crash', async () => {
  const still = { ...SET, dumps: [], destinations: ['nas'], pauseToSave: ['db'] };
  const { facts } = await backup.plan(workOf(backup, INPUT, having({ set: () => still, known: async () => [] })));
  expect(facts).toContainEqual({ label: 'Stops meanwhile', value: 'db', tone: 'warn' });

  const save: Backups['save'] = async (_, watch) => {
    watch({ percent: 42, bytes: 1e6, totalBytes: 2e6, files: 3, remainingMs: undefined, stopped: ['db'] });
    return { parts: [PART], failed: [], woken: { resumed: ['db'], unwell: [] } };
  };
  const { result, notes } = await runWith(backup, INPUT, having({ save }));
  expect(notes).toEqual(['42 % · 1.0 MB of 2.0 MB · 3 files · db stopped meanwhile']);
  const told = { node: 'alpha', params: backup.parse(INPUT), tookMs: 61_000 };
  expect(backup.report({ ...told, result })).toMatchObject({
    tone: 'ok',
    facts: [{ label: 'nas' }, { label: 'Runs again', value: 'db', tone: 'ok' }],
  });
  const sick = { resumed: [], unwell: [{ name: 'db', reason: 'db does not run. Read its log.' }] };
  expect(backup.report({ ...told, result: { parts: [PART], failed: [], woken: sick } })).toMatchObject({
    tone: 'bad',
    title: expect.stringMatching(/^files saved to nas in .*; db did not come back$/),
  });

  const verify = async (woken: Woken) => {
    const marked = async () => ({ found: 1, silent: [] });
    const tools = having({ set: () => still, marked, wake: async () => woken });
    return await backup.verify({ ...workOf(backup, INPUT, tools), before: { mark: 'f00d' } });
  };
  expect(await verify({ resumed: ['db'], unwell: [] })).toEqual({
    verdict: 'verified applied',
    because: 'files is saved everywhere. db, stopped for it, runs again. See /backups',
  });
  expect(await verify(sick)).toEqual({
    verdict: 'needs human',
    because:
      '1 of 1 backups of files were made; those are whole. db, stopped for it, did not come back: db does not run. Read its log.',
  });
});
