import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CommandResult } from '#src/adapters/command.ts';
import { createRepository } from '#src/adapters/restic/repository.ts';
import { createRunner } from '#src/adapters/restic/runner.ts';
import { DestinationSpec } from '#src/adapters/restic/spec.ts';
import { patience, temporaryFolder } from '../temporary.ts';

const ID = '1f2e3d4c'.padEnd(64, '0');
const READ_ONLY = 'Fatal: unable to create lock in backend: open /mnt/locks/1: read-only file system';
const HELD =
  'Fatal: unable to create lock in backend: repository is already locked exclusively by PID 7 on beta by root (UID 0, GID 0)';
const OF_RESTORE = ['restore', '--verify', '--target=/to', '--', ID];

test('what is looked up takes no lock, so that somebody who has one is not in its way', async () => {
  const { repository, asked } = await setUp(() => ({ stdout: '[]' }));
  await repository.snapshots({ host: 'alpha', tag: 'set:shop' }, patience());
  await repository.walk(ID, () => {}, patience(), ['/srv']);
  await repository.look(ID, () => {}, ['/srv'], patience());
  await repository.diff(ID, ID, patience()).catch(() => {});
  await repository.reach(false, patience());
  expect(asked).toEqual([
    ['snapshots', '--no-lock', '--json', '--host=alpha', '--tag=set:shop'],
    ['ls', '--no-lock', '--json', '--recursive', '--', ID, '/srv'],
    ['ls', '--no-lock', '--json', '--', ID, '/srv'],
    ['diff', '--no-lock', '--json', '--metadata', '--', ID, ID],
    ['cat', '--no-lock', 'config'],
  ]);
});

test('a restore takes a lock, and goes without where none can be made', async () => {
  const { repository, asked } = await setUp((argv) => (argv.includes('--no-lock') ? {} : { fails: READ_ONLY }));
  await repository.restore({ id: ID, include: [], target: '/to' }, patience());
  expect(asked).toEqual([OF_RESTORE, OF_RESTORE.toSpliced(1, 0, '--no-lock')]);
});

test('a restore does not ask for a lock where it is seen that there can be none', async () => {
  const { repository, asked } = await setUp(() => ({}), { locks: false });
  await repository.restore({ id: ID, include: [], target: '/to' }, patience());
  expect(asked).toEqual([OF_RESTORE.toSpliced(1, 0, '--no-lock')]);
});

test('a restore waits for whoever holds the repository: a prune would take away what it reads', async () => {
  const { repository, asked } = await setUp(() => ({ fails: HELD }));
  await expect(repository.restore({ id: ID, include: [], target: '/to' }, patience())).rejects.toMatchObject({
    code: 'backup-locked',
  });
  expect(asked).toEqual([OF_RESTORE]);
});

test('what is not found without a lock is no proof of damage', async () => {
  const { repository } = await setUp(() => ({
    fails: 'error loading tree 1f2e3d4c: id 1f2e3d4c not found in repository',
  }));
  await expect(repository.walk(ID, () => {}, patience())).rejects.toMatchObject({
    code: 'restic',
    message:
      'Not all could be read at disk: it is being pruned, or it is damaged. Ask again in some minutes, then /backup_check',
  });
});

/** A repository in a folder, with a program in the place of restic that says what a test wants. */
async function setUp(
  says: (argv: readonly string[]) => { stdout?: string; fails?: string },
  { locks = true }: { locks?: boolean } = {},
) {
  const folder = await temporaryFolder();
  if (locks) await mkdir(join(folder, 'locks'));
  await writeFile(join(folder, 'password'), 'x', { mode: 0o600 });
  const asked: (readonly string[])[] = [];
  const run = async (file: string, argv: readonly string[]): Promise<CommandResult> => {
    const words = argv.slice(argv.indexOf('restic') + 1);
    const isProbe = file !== 'restic' && !argv.includes('restic');
    if (!isProbe && words[0] !== 'version') asked.push(words);
    const { stdout = 'restic 0.14.0 compiled', fails } = isProbe ? {} : says(words);
    const failed = fails !== undefined && words[0] !== 'version';
    return {
      ...{ ended: 'exit', exitCode: failed ? 1 : 0, reason: undefined },
      ...{ stdout, stderr: failed ? fails : '' },
    };
  };
  const spec = DestinationSpec.parse({ kind: 'path', path: folder });
  const deps = { command: { run }, program: 'restic', passwordFile: join(folder, 'password'), cacheDir: folder };
  return { repository: createRepository(createRunner(deps, 'disk', spec)), asked };
}
