import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBackups } from '#src/adapters/backup/backups.ts';
import { BackupSpec } from '#src/adapters/backup/spec.ts';
import { createCommand } from '#src/adapters/command.ts';
import { identityOf } from '#src/adapters/restore/identity.ts';
import { createRecords } from '#src/adapters/restore/record.ts';
import { memoryWorkloads } from '../restore/workloads.ts';
import { patience, temporaryFolder } from '../temporary.ts';

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
