import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Command } from '#src/adapters/command.ts';
import { createRetries } from '#src/adapters/restic/retries.ts';
import { createRunner } from '#src/adapters/restic/runner.ts';
import { DestinationSpec } from '#src/adapters/restic/spec.ts';
import { temporaryFolder } from '../temporary.ts';

const REFUSED = 'Head "http://127.0.0.1:9/config": dial tcp 127.0.0.1:9: connect: connection refused';

/** How many lines, each at a time in ms, were heard before it was given up. */
function heardOf(lines: readonly (readonly [at: number, line: string])[]): number {
  let time = 0;
  const stops: number[] = [];
  const retries = createRetries(
    () => void stops.push(time),
    () => time,
  );
  const index = lines.findIndex(([at, line]) => {
    time = at;
    retries.heard(line);
    return retries.isOver();
  });
  expect(stops).toHaveLength(index < 0 ? 0 : 1);
  return index < 0 ? lines.length : index + 1;
}

test('a repository that cannot be opened is given up once restic says that it will not be there for 15 s', () => {
  const waits = ['510.919434ms', '1.051970056s', '3.137647117s', '5.235607623s', '22.551724401s'];
  const times = [0, 511, 1563, 4701, 9937];
  const lines = waits.map(
    (wait, n) => [times[n] ?? 0, `Stat(<config/>) returned error, retrying after ${wait}: ${REFUSED}`] as const,
  );
  expect(heardOf(lines)).toBe(5);
  expect(heardOf(lines.slice(0, 4))).toBe(4);
  expect(heardOf([[0, `Load(<key/ab12>, 0, 0) returned error, retrying after 1m2.5s: ${REFUSED}`]])).toBe(1);
});

test('what is tried again later, and what else is said, ends nothing', () => {
  expect(
    heardOf([
      [0, `Save(<data/ab12>) returned error, retrying after 30s: ${REFUSED}`],
      [40_000, `List(lock) returned error, retrying after 2m1s: ${REFUSED}`],
      [80_000, 'unable to open config file: retrying is of no use'],
      [90_000, ''],
    ]),
  ).toBe(4);
});

test.each([
  [REFUSED, 'backup-unreachable'],
  ['Head "https://nas/config": tls: first record does not look like a TLS handshake', 'backup-unreachable'],
  ['unexpected HTTP response (403): 403 Forbidden', 'backup-refused'],
  ['unexpected HTTP response (502): 502\nFatal: wrong password or no key found', 'backup-unreachable'],
  ['Decode: unexpected EOF', 'backup-unreachable'],
  ['502\nFatal: context canceled\nIs there a repository at the following location?', 'backup-unreachable'],
])('what was given up is away, whatever restic calls it, unless it was let in by nobody: %j', async (words, code) => {
  const passwordFile = join(await temporaryFolder(), 'password');
  await writeFile(passwordFile, 'hush', { mode: 0o600 });
  const asked: string[] = [];
  const command: Command = {
    async run(_, argv, options, signal) {
      asked.push(argv[0] ?? '');
      const stderr = `Stat(<config/>) returned error, retrying after 22.5s: ${words}`;
      options.onErrorLine?.(stderr);
      expect(signal.aborted).toBe(true);
      return { ended: 'cancel', exitCode: undefined, stdout: '', stderr, reason: undefined };
    },
  };
  const deps = { command, program: 'restic', passwordFile, cacheDir: '/tmp' };
  const runner = createRunner(deps, 'nas', DestinationSpec.parse({ kind: 'rest', url: 'https://nas/' }));
  const run = runner.run(['backup'], { timeoutMs: 1000 }, new AbortController().signal);
  await expect(run).rejects.toMatchObject({ code });
  // Where nobody answers nobody is asked to take a lock away.
  expect(asked).toEqual(['backup']);
});
