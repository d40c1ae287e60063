import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeBackups } from './fakeRestic.ts';

const HOUR = 60;
const DAY = 24 * HOUR;
const FULL = 'Save(<data/1>) failed: server response unexpected: 507 Insufficient Storage';

test('damage is over when a check of all data says so, and with nothing else', async () => {
  const node = await fakeBackups();
  const nas = node.at['nas'];
  if (!nas) throw new Error('there is one');
  await node.run('save');
  nas.fails = { check: 'pack 1f2e: invalid data returned' };
  await node.run('check', { percent: 100 });
  expect(await node.troubles()).toEqual(['backup-damaged']);
  nas.fails = {};
  node.restart();
  expect(await node.troubles()).toEqual(['backup-damaged']);
  await node.run('save');
  await node.run('check', { percent: 5 });
  node.pass(7 * HOUR);
  expect(await node.troubles()).toEqual(['backup-damaged']);
  await node.run('check', { percent: 100 });
  expect(await node.troubles()).toEqual([]);
});

test('damage that a backup met is not over by a check of a part', async () => {
  const node = await fakeBackups();
  await node.run('save');
  node.change({ fails: { backup: 'Fatal: ciphertext verification failed' } });
  await node.run('save');
  node.change({ fails: {} });
  await node.run('check', { percent: 5 });
  expect(await node.troubles()).toEqual(['backup-damaged']);
  await node.run('check', { percent: 100 });
  expect(await node.troubles()).toEqual([]);
});

test('a check that fails in words that nobody knows has found damage', async () => {
  const node = await fakeBackups();
  await node.run('save');
  node.change({ fails: { check: 'Fatal: something new' } });
  await node.run('check');
  expect(await node.troubles()).toEqual(['backup-damaged']);
});

test.each([
  ['error loading index 0a27: unexpected HTTP response (502): 502 Bad Gateway', 'backup-unreachable'],
  ['error loading index 0a27: Load: unexpected EOF', 'backup-unreachable'],
])('a check that is kept from reading has found no damage: %s', async (said, code) => {
  const node = await fakeBackups();
  await node.run('save');
  node.change({ fails: { check: `${said}\nFatal: repository contains errors` } });
  await node.run('check');
  expect(await node.troubles()).toEqual([code]);
  node.change({ fails: {} });
  await node.run('save');
  expect(await node.troubles()).toEqual([]);
});

test('what a check may not read is no damage, and is not over by a backup that goes well', async () => {
  const node = await fakeBackups();
  await node.run('save');
  const said = 'error loading index 0a27: open /r/index/0a27: permission denied';
  node.change({ fails: { check: `${said}\nFatal: repository contains errors` } });
  await node.run('check');
  node.change({ fails: {} });
  await node.run('save');
  expect(await node.troubles()).toEqual(['backup-unreadable']);
  await node.run('check', { percent: 100 });
  expect(await node.troubles()).toEqual([]);
});

test.each([
  ['full', FULL, 'backup-full'],
  ['refusing', 'Fatal: server response unexpected: 403 Forbidden', 'backup-refused'],
])('one that is %s is so until a save goes well, however well it answers', async (_, said, code) => {
  const node = await fakeBackups();
  await node.run('save');
  node.change({ fails: { backup: said } });
  await node.run('save', { minutes: 11 });
  expect(await node.troubles()).toEqual([code]);
  node.restart();
  node.pass(7 * HOUR);
  expect(await node.troubles()).toEqual([code]);
  node.change({ fails: {} });
  await node.run('save');
  expect(await node.troubles()).toEqual([]);
});

test('one that was away is well as soon as it answers, after ten minutes', async () => {
  const node = await fakeBackups();
  await node.run('save');
  const away = 'Fatal: dial tcp: connection refused';
  node.change({ fails: { backup: away, cat: away } });
  await node.run('save');
  expect(await node.troubles()).toEqual(['backup-unreachable']);
  node.change({ fails: {} });
  expect(await node.troubles()).toEqual(['backup-unreachable']);
  node.pass(10);
  expect(await node.troubles()).toEqual([]);
});

test('a lock is not gone because somebody could look without one', async () => {
  const node = await fakeBackups();
  await node.run('save');
  node.change({ fails: { backup: 'Fatal: repository is already locked by PID 1 on nas' } });
  await node.run('save');
  await node.list();
  expect(await node.troubles()).toEqual(['backup-locked']);
  node.change({ fails: {} });
  await node.run('save');
  expect(await node.troubles()).toEqual([]);
});

test('another repository in its place is told until somebody says that it is meant to be so', async () => {
  const node = await fakeBackups();
  await node.run('save');
  expect(await node.troubles()).toEqual([]);
  node.change({ id: 'f'.repeat(64), snapshots: [] });
  node.restart();
  await node.run('save');
  node.pass(6 * HOUR);
  expect(await node.troubles()).toEqual(['backup-replaced']);
  await node.run('save', { minutes: 11 });
  expect(await node.troubles()).toEqual(['backup-replaced']);
  await node.run('save', { renew: true });
  expect(await node.troubles()).toEqual([]);
  expect(await node.troubles()).toEqual([]);
});

test('a folder shows by itself that its repository is another, and is asked who it is only then', async () => {
  const node = await fakeBackups({}, ['disk']);
  const lay = async (id: string, snapshots: readonly string[]) => {
    const disk = join(node.folder, 'disk');
    await rm(disk, { recursive: true, force: true });
    await mkdir(join(disk, 'snapshots'), { recursive: true });
    await writeFile(join(disk, 'config'), id);
    for (const one of snapshots) await writeFile(join(disk, 'snapshots', one), '');
    node.change({ id, asked: {} }, 'disk');
  };
  const isAsked = () => node.at['disk']?.asked['cat'] !== undefined;
  await node.run('save');
  const ids = node.at['disk']?.snapshots.map(({ id }) => id) ?? [];
  expect(await node.troubles('disk')).toEqual(['backup-no-repository']);
  await lay('a'.repeat(64), ids);
  expect([await node.troubles('disk'), isAsked()]).toEqual([[], true]);
  await lay('a'.repeat(64), ids);
  node.pass(DAY);
  expect([await node.troubles('disk'), isAsked()]).toEqual([[], false]);
  await lay('a'.repeat(64), []);
  expect([await node.troubles('disk'), isAsked()]).toEqual([['backup-emptied'], false]);
  await lay('b'.repeat(64), []);
  expect([await node.troubles('disk'), isAsked()]).toEqual([['backup-replaced'], true]);
  await lay('a'.repeat(64), ids);
  expect([await node.troubles('disk'), isAsked()]).toEqual([[], false]);
});

test('the right repository that is back is well again', async () => {
  const node = await fakeBackups();
  await node.run('save');
  await node.troubles();
  const was = { ...node.at['nas'] };
  node.change({ id: 'f'.repeat(64), snapshots: [] });
  node.pass(6 * HOUR);
  expect(await node.troubles()).toEqual(['backup-replaced']);
  node.change(was);
  node.pass(10);
  expect(await node.troubles()).toEqual([]);
});

test('one that lost the newest backups is told until there are new ones', async () => {
  const node = await fakeBackups();
  await node.run('save');
  await node.troubles();
  node.change({ snapshots: [] });
  node.pass(6 * HOUR);
  expect(await node.troubles()).toEqual(['backup-emptied']);
  await node.run('save', { minutes: 11 });
  expect(await node.troubles()).toEqual([]);
});

test('of a dump and a destination that a set no longer has nothing is asked, and after a save nothing is remembered', async () => {
  const dumps = { orders: { command: ['echo', 'orders'] } };
  const node = await fakeBackups({ dumps }, ['far', 'nas']);
  await node.run('save');
  const parts = async () => (await node.known()).sizes.map(({ destination, part }) => `${part} at ${destination}`);
  expect(await parts()).toEqual(['orders at far', 'files at far', 'orders at nas', 'files at nas']);

  const { far, nas } = node.at;
  if (!far || !nas) throw new Error('they are there');
  nas.snapshots = nas.snapshots.filter(({ part }) => part === 'files');
  far.snapshots = [];
  const troubles = async () => {
    node.pass(7 * HOUR);
    return [await node.troubles('nas'), await node.troubles('far')];
  };
  // The first look only learns which repositories there are.
  await troubles();
  expect(await troubles()).toEqual([['backup-emptied'], ['backup-emptied']]);

  node.restart({ to: ['nas'] });
  expect(await parts()).toEqual(['files at nas']);
  expect(await troubles()).toEqual([[], []]);

  await node.run('save');
  const kept: unknown = JSON.parse(await readFile(join(node.folder, 'state', 'backups', 'shop.json'), 'utf8'));
  expect(kept).toMatchObject({ parts: { nas: { files: {} } }, places: { far: expect.any(Number) } });
  expect(kept).not.toHaveProperty('parts.far');
  expect(kept).not.toHaveProperty('parts.nas.orders');
  node.restart({ dumps });
  expect(await parts()).toEqual(['files at nas']);
});
