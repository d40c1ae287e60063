import { expect, test } from 'vitest';
import backupFiles from '#handlers/backup_files.ts';
import restoreCopy from '#handlers/restore_copy.ts';
import type { Contents, CopyWish } from '#src/operation/backupFiles.ts';
import type { Backups } from '#src/operation/backups.ts';
import { beforeOf, runWith, toolsWith, workOf } from './tools.ts';

const INPUT = { set: 'files' };
const ID = `1f2e3d4c${'0'.repeat(56)}`;
const SNAPSHOT = { id: ID, set: 'files', part: 'files', destination: 'nas', at: 0, emergency: false };
const FOUND: Contents = {
  snapshot: SNAPSHOT,
  path: '/srv',
  isFolder: true,
  things: [
    { path: '/srv/a b', kind: 'dir', bytes: 0, at: 0 },
    { path: '/srv/odd\nname', kind: 'dir', bytes: 0, at: 0 },
    { path: '/srv/orders.db', kind: 'file', bytes: 5e6, at: 0 },
    { path: '/srv/link', kind: 'other', bytes: 0, at: 0 },
  ],
  total: 904,
  copies: true,
};
const having = (given: Partial<Backups>) => toolsWith({ backups: given as Backups });

async function look(more: Partial<Contents> = {}) {
  const { result } = await runWith(backupFiles, INPUT, having({ contents: async () => ({ ...FOUND, ...more }) }));
  return backupFiles.report({ node: 'alpha', params: backupFiles.parse(INPUT), result, tookMs: 1000 });
}

test('a folder of a backup is shown with what can be done with it; what no button can carry has none', async () => {
  const from = { set: 'files', snapshot: '1f2e3d4c' };
  expect(await look()).toEqual({
    tone: 'info',
    title: 'files has 904 things in /srv',
    facts: [{ label: 'Backup', value: '1f2e3d4c of 1970-01-01 00:00 UTC at nas' }],
    block: {
      label: 'What is in it',
      text: 'a b/\nodd name/\norders.db  5.0 MB  1970-01-01 00:00 UTC\nlink  (no file)\n… and 900 more',
    },
    buttons: [
      { label: 'Restore srv', operation: 'restore', input: { ...from, path: '/srv' } },
      { label: 'Copy srv', operation: 'restore_copy', input: { ...from, path: '/srv' } },
      { label: 'Open a b/', operation: 'backup_files', input: { ...from, path: '/srv/a b' } },
    ],
  });
});

test('several paths are restored together; a dump only copied; without a place for copies nothing is', async () => {
  expect((await look({ path: undefined, copies: false, things: [] })).buttons).toEqual([
    { label: 'Restore files', operation: 'restore', input: { set: 'files', snapshot: '1f2e3d4c' } },
  ]);
  const dump = { path: '/files/orders', isFolder: false, things: [], snapshot: { ...SNAPSHOT, part: 'orders' } };
  expect((await look(dump)).buttons.map(({ label }) => label)).toEqual(['Copy orders']);
});

test('a folder of long names fits: each is told as far as one knows it again', async () => {
  const thing = (n: number, kind: 'dir' | 'file') => ({
    ...{ path: `/srv/${String(n).padStart(3, '0')}${'한'.repeat(230)}`, kind, bytes: 5e6, at: 0 },
  });
  const things = Array.from({ length: 500 }, (_, n) => thing(n, n < 2 ? 'dir' : 'file'));
  const { block, buttons } = await look({ things, total: 800 });
  const lines = block?.text.split('\n') ?? [];
  expect(lines[0]).toBe(`000${'한'.repeat(76)}…/`);
  expect(lines[2]).toBe(`002${'한'.repeat(76)}…  5.0 MB  1970-01-01 00:00 UTC`);
  expect(lines.slice(500)).toEqual(['… and 300 more']);
  expect(buttons.map(({ label }) => label)).toEqual(['Restore srv', 'Copy srv']);
});

test('a long path, which no button can carry, is not offered', async () => {
  const deep = `/srv/${'x'.repeat(250)}`;
  expect((await look({ path: deep, things: [{ path: `${deep}/y`, kind: 'dir', bytes: 0, at: 0 }] })).buttons).toEqual(
    [],
  );
});

test('a copy says where it goes and that it replaces nothing, and copies the backup that was shown', async () => {
  const wishes: CopyWish[] = [];
  const plan = { snapshot: SNAPSHOT, paths: ['/srv'], to: '/copies/files-1f2e3d4c', bytes: 5e6, freeBytes: 1e6 };
  const tools = having({
    ...{ mark: () => 'm', planCopy: async () => plan },
    copy: async (wish) => {
      wishes.push(wish);
      return { to: plan.to, files: 3, bytes: 5e6 };
    },
  });
  expect((await restoreCopy.plan(workOf(restoreCopy, INPUT, tools))).facts).toEqual([
    { label: 'Backup', value: '1f2e3d4c of 1970-01-01 00:00 UTC at nas' },
    { label: 'Copies', value: '/srv' },
    { label: 'To', value: '/copies/files-1f2e3d4c, a new folder' },
    { label: 'Room', value: '5.0 MB to restore, 1.0 MB free', tone: 'bad' },
    { label: 'Replaces', value: 'nothing, and stops nothing', tone: 'ok' },
  ]);
  const before = await beforeOf(restoreCopy, INPUT, tools);
  const { result } = await runWith(restoreCopy, INPUT, tools, before);
  expect(wishes).toEqual([{ ...INPUT, snapshot: ID, as: 'files-1f2e3d4c', mark: 'm' }]);
  const told = { node: 'alpha', params: restoreCopy.parse(INPUT), result, tookMs: 2000 };
  expect(restoreCopy.report(told)).toMatchObject({ title: 'files copied in 2.0 s: 3 files, 5.0 MB' });
});

test.each(['../x', '.ssh', 'a/b', '', '-x'])('a copy is not called %j', (as) => {
  expect(() => restoreCopy.parse({ ...INPUT, as })).toThrow(/as/);
});

test('its question names what and from when', () => {
  const question = (more: object) => restoreCopy.question(restoreCopy.parse({ ...INPUT, ...more }));
  expect(question({})).toBe('Copy files from the newest backup?');
  expect(question({ part: 'orders', snapshot: '1f2e3d4c' })).toBe('Copy the dump orders of files from 1f2e3d4c?');
  expect(question({ path: '/srv/a' })).toBe('Copy /srv/a from the newest backup?');
});
