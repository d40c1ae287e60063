import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBackups } from '#src/adapters/backup/backups.ts';
import { BackupSpec } from '#src/adapters/backup/spec.ts';
import { createCommand } from '#src/adapters/command.ts';
import { identityOf } from '#src/adapters/restore/identity.ts';
import { createRecords } from '#src/adapters/restore/record.ts';
import { memoryWorkloads } from '../restore/workloads.ts';
import { patience, temporaryFolder } from '../temporary.ts';
import { fakeBackups } from './fakeRestic.ts';

test('what was staged is not put in place through a link that was made since, and nobody is paused for it', async () => {
  const { folder, shop, backups, users } = await setUp();
  await mkdir(join(folder, 'etc'));
  await writeFile(join(folder, 'etc', 'passwd'), 'root');
  await rename(join(shop, 'conf'), join(shop, 'gone'));
  await symlink(join(folder, 'etc'), join(shop, 'conf'));
  await expect(backups.swap('shop', patience())).rejects.toThrow(`${shop}/conf is a link to ${folder}/etc`);
  expect(await readFile(join(folder, 'etc', 'passwd'), 'utf8')).toBe('root');
  expect(users.log).toEqual([]);

  await rename(join(shop, 'conf'), join(shop, 'link'));
  await rename(join(shop, 'gone'), join(shop, 'conf'));
  expect(await backups.swap('shop', patience())).toMatchObject({ paths: [join(shop, 'conf', 'passwd')] });
  expect(await readFile(join(shop, 'conf', 'passwd'), 'utf8')).toBe('restored');
});

test('a plan takes what it was told when its time is over, and waits for nobody who takes no notice of that', async () => {
  const node = await fakeBackups();
  await node.run('save');
  // A node that has lost its state does not remember how large it was.
  await rm(join(node.folder, 'state'), { recursive: true });
  node.restart();
  const nas = node.at['nas'];
  if (!nas) throw new Error('it is there');
  expect(await untilOver(node, ['ls', 'stats'])).toMatchObject({
    ...{ bytes: undefined, changes: { taken: 0, isWhole: false } },
  });
  expect(nas.asked['stats']?.slice(0, 2)).toEqual(['stats', '--no-lock']);
});

test('a plan that is cancelled ends so, and one whose list does not come names the destination', async () => {
  const node = await fakeBackups();
  await node.run('save');
  await expect(untilOver(node, ['ls'], new Error('cancelled'))).rejects.toThrow('cancelled');
  await expect(untilOver(node, ['snapshots'])).rejects.toMatchObject({
    ...{
      code: 'backup-unreachable',
      message: 'nas: It did not answer in time. Look whether it is up, then ask again.',
    },
  });
});

/** A plan whose signal ends as soon as all that is to hang does. */
async function untilOver(
  { at: { nas }, plan }: Awaited<ReturnType<typeof fakeBackups>>,
  hangs: string[],
  reason: Error = new DOMException('too long', 'TimeoutError'),
) {
  const end = new AbortController();
  const hung = new Set<string>();
  const onHang = (command: string) => {
    if (hung.add(command).size === hangs.length) end.abort(reason);
  };
  Object.assign(nas ?? {}, { hangs, onHang });
  return await plan(end.signal);
}

/** A node on which one file of a set is staged. */
async function setUp() {
  const folder = await temporaryFolder();
  const [shop, state] = [join(folder, 'shop'), join(folder, 'state')];
  const path = join(shop, 'conf', 'passwd');
  const [stage, old] = [join(folder, 'stage'), join(folder, 'old')];
  const staged = join(stage, 'passwd');
  await mkdir(join(shop, 'conf'), { recursive: true });
  await mkdir(stage);
  await writeFile(path, 'live');
  await writeFile(staged, 'restored');
  const comes = await identityOf(staged);
  await createRecords(join(state, 'restore')).write({
    ...{ v: 2, id: '20261121T200000Z-abcdef', n: 1, kind: 'restore', phase: 'staged', set: 'shop', wanted: path },
    ...{ digests: [], files: 1, bytes: 8, paused: [], at: 0, stages: [stage] },
    roots: [{ path, had: true, staged, old, ...(comes && { comes }) }],
  });
  const spec = BackupSpec.parse({
    passwordFile: '/etc/password',
    destinations: { disk: { kind: 'path', path: join(folder, 'repository') } },
    sets: { shop: { paths: [shop], pause: ['web'] } },
  });
  const users = memoryWorkloads(['web']);
  const { workloads } = users;
  const backups = createBackups({
    ...{ spec, node: 'alpha', state, command: createCommand(), workloads },
    now: () => Date.now(),
  });
  return { folder, shop, backups, users };
}
