import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBackups } from '#src/adapters/backup/backups.ts';
import { BackupSpec } from '#src/adapters/backup/spec.ts';
import type { Command, CommandResult } from '#src/adapters/command.ts';
import { memoryWorkloads } from '../restore/workloads.ts';
import { temporaryFolder } from '../temporary.ts';

const NOTHING: CommandResult = { ended: 'exit', exitCode: 0, stdout: '[]', stderr: '', reason: undefined };

test.each([
  ['of its own name', {}, 'spare'],
  ['of the name that its configuration says', { host: 'shop.old' }, 'shop.old'],
])('a node looks for backups %s', async (_, more, name) => {
  const { runs, backups } = await withFake({
    destinations: { disk: { kind: 'path', path: '/mnt/backup' } },
    ...more,
  });
  await backups.list('docs', AbortSignal.timeout(10_000));
  expect(runs.map(({ argv }) => argv)).toEqual([
    ['snapshots', '--no-lock', '--json', `--host=${name}`, '--tag=set:docs'],
  ]);
});

test('a bucket of Google is named and opened as restic wants it, and nothing of it is in argv', async () => {
  const folder = await temporaryFolder();
  const credentials = join(folder, 'google');
  await writeFile(credentials, 'GOOGLE_PROJECT_ID=7\nGOOGLE_APPLICATION_CREDENTIALS=/etc/nightguard/key.json\n', {
    mode: 0o600,
  });
  const { runs, backups, state, passwordFile } = await withFake({
    destinations: { far: { kind: 'gs', bucket: 'shop-backups', path: '/alpha', credentials } },
  });
  await backups.list('docs', AbortSignal.timeout(10_000));
  expect(runs).toEqual([
    {
      argv: ['snapshots', '--no-lock', '--json', '--host=spare', '--tag=set:docs'],
      env: {
        GOOGLE_PROJECT_ID: '7',
        GOOGLE_APPLICATION_CREDENTIALS: '/etc/nightguard/key.json',
        RESTIC_REPOSITORY: 'gs:shop-backups:/alpha',
        RESTIC_PASSWORD_FILE: passwordFile,
        RESTIC_CACHE_DIR: `${state}/restic`,
        RESTIC_PROGRESS_FPS: '2',
      },
    },
  ]);
});

/** The backups of a node `spare`, with a restic that has nothing and remembers how it was run. */
async function withFake(more: object) {
  const state = join(await temporaryFolder(), 'state');
  await mkdir(state);
  const passwordFile = join(state, 'password');
  await writeFile(passwordFile, 'hush', { mode: 0o600 });
  const runs: { argv: readonly string[]; env: Record<string, string> | undefined }[] = [];
  const command: Command = {
    async run(_, argv, { env }) {
      runs.push({ argv, env });
      return NOTHING;
    },
  };
  const spec = BackupSpec.parse({ passwordFile, sets: { docs: { paths: ['/srv/docs'] } }, ...more });
  const { workloads } = memoryWorkloads([]);
  const backups = createBackups({ spec, node: 'spare', state, command, workloads, now: () => Date.now() });
  return { runs, backups, state, passwordFile };
}
