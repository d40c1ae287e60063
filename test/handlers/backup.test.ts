import { expect, test } from 'vitest';
import backup from '#handlers/backup.ts';
import type { Backups, Kept } from '#src/operation/backups.ts';
import { runWith, toolsWith, workOf } from './tools.ts';

const INPUT = { set: 'files' };
const SET = {
  name: 'files',
  paths: ['/srv'],
  dumps: ['db'],
  pause: [],
  destinations: ['nas', 'cloud'],
  copies: 3,
  media: 3,
  offSite: 1,
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
};
const having = (given: Partial<Backups>) => toolsWith({ backups: given as Backups });
const kept = (...ids: string[]): Kept[] => [
  {
    destination: 'nas',
    reason: undefined,
    snapshots: ids.map((id) => ({
      ...{ id, set: 'files', part: 'files', destination: 'nas', at: 0, emergency: false },
      bytes: 1,
      ageMs: 1,
    })),
  },
];

test('it asks by name, and its plan says what goes where and how well that keeps it', async () => {
  expect(backup.question(backup.parse(INPUT))).toBe('Back up files?');
  const { facts } = await backup.plan(workOf(backup, INPUT, having({ set: () => SET })));
  expect(facts).toEqual([
    { label: 'What', value: '/srv, dump db' },
    { label: 'To', value: 'nas, cloud' },
    { label: '3-2-1', value: '3 copies on 3 media, 1 off site', limit: '3 copies on 2 media, 1 off site', tone: 'ok' },
  ]);
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
  expect(backup.report({ ...told, result: { parts: [{ ...PART, unread: ['/srv/x'] }], failed: [] } })).toMatchObject({
    tone: 'warn',
    title: 'files is saved, but not all of it could be read',
    facts: [{ label: 'nas' }, { label: 'Not read', value: '/srv/x', tone: 'warn' }],
  });
  const failed = [{ destination: 'cloud', reason: 'The repository cloud cannot be reached. Try again.' }];
  expect(backup.report({ ...told, result: { parts: [PART], failed } })).toMatchObject({
    tone: 'bad',
    title: 'files is saved to nas only: cloud failed',
  });
});

test('after a crash it counts what is new since before', async () => {
  const look = async (...ids: string[]) => {
    const tools = having({ set: () => ({ ...SET, dumps: [], destinations: ['nas'] }), list: async () => kept(...ids) });
    return await backup.verify({ ...workOf(backup, INPUT, tools), before: { ids: ['a'] } });
  };
  expect(await look('a')).toMatchObject({
    verdict: 'verified not applied',
    because: expect.stringContaining('0 of 1'),
  });
  expect(await look('a', 'b')).toMatchObject({ verdict: 'verified applied' });
});
