import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Command, CommandResult } from '#src/adapters/command.ts';
import { createRunner } from '#src/adapters/restic/runner.ts';
import { DestinationSpec } from '#src/adapters/restic/spec.ts';
import { temporaryFolder } from '../temporary.ts';

const HINT = 'Is there a repository at the following location?';
const STOPPED = 'signal interrupt received, cleaning up';

test.each([
  [`${STOPPED}\nFatal: unable to open config file: context canceled\n${HINT}`, 1, 'dump'],
  [`${STOPPED}\nFatal: wrong password or no key found`, 12, 'dump'],
  [`Fatal: unable to open config file: no such file\n${HINT}`, 10, 'backup-no-repository'],
  ['Fatal: wrong password or no key found', 12, 'backup-password'],
])('restic that was ended since its dump failed says nothing of its repository: %j', async (stderr, exitCode, code) => {
  const passwordFile = join(await temporaryFolder(), 'password');
  await writeFile(passwordFile, 'hush', { mode: 0o600 });
  const ended = { ended: 'exit', stdout: '', reason: undefined } as const;
  const result: CommandResult = {
    ...{ ...ended, exitCode, stderr },
    source: { ...ended, exitCode: 7, stderr: 'no table', wroteBytes: 9 },
  };
  const command: Command = { run: async () => result };
  const deps = { command, program: 'restic', passwordFile, cacheDir: '/tmp' };
  const runner = createRunner(deps, 'nas', DestinationSpec.parse({ kind: 'path', path: '/repository' }));
  const options = { timeoutMs: 1000, source: { file: '/usr/bin/dump', argv: [] } };
  await expect(runner.run(['backup'], options, new AbortController().signal)).rejects.toMatchObject({ code });
});
