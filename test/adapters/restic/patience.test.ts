import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { Command, CommandOptions, CommandResult } from '#src/adapters/command.ts';
import type { RunOptions } from '#src/adapters/restic/runner.ts';
import { createRunner } from '#src/adapters/restic/runner.ts';
import { DestinationSpec } from '#src/adapters/restic/spec.ts';
import { temporaryFolder } from '../temporary.ts';

const MINUTE = 60_000;
const PATIENCE = { silentMs: 5 * MINUTE, stillMs: 30 * MINUTE };

afterEach(() => void vi.useRealTimers());

test('a run that says nothing for some minutes is ended: its repository does not answer', async () => {
  const { say, ended } = await start({});
  say(status(0));
  await vi.advanceTimersByTimeAsync(4 * MINUTE);
  say(status(0));
  await vi.advanceTimersByTimeAsync(4 * MINUTE);
  expect(ended()).toBe(false);
  await vi.advanceTimersByTimeAsync(MINUTE);
  await expect(ended.as).resolves.toMatchObject({
    code: 'backup-unreachable',
    message:
      'The repository nas does not answer: nothing came of it for 5 min. Is it up, and is the network? Try again.',
  });
});

test.each([
  ['files', {}, 'backup-unreachable'],
  ['a dump', { source: { file: '/usr/bin/pg_dump', argv: [] } }, 'dump'],
])('one of %s that says the same for half an hour is ended, one that goes on is not', async (_, more, code) => {
  const { say, ended } = await start(more);
  for (let minute = 0; minute < 40; minute++) {
    say(status(minute, minute));
    await vi.advanceTimersByTimeAsync(MINUTE);
  }
  expect(ended()).toBe(false);
  for (let minute = 0; minute < 30; minute++) {
    say(status(40, minute));
    await vi.advanceTimersByTimeAsync(MINUTE);
  }
  await expect(ended.as).resolves.toMatchObject({ code, message: expect.stringContaining('for 30 min') });
});

function status(done: number, seconds = 0): string {
  return `{"message_type":"status","seconds_elapsed":${seconds},"seconds_remaining":${seconds},"bytes_done":${done}}`;
}

/** A run of a restic that never ends by itself, and is made to say things. */
async function start(more: Partial<RunOptions>) {
  const passwordFile = join(await temporaryFolder(), 'password');
  await writeFile(passwordFile, 'hush', { mode: 0o600 });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { promise: begun, resolve } = Promise.withResolvers<CommandOptions>();
  const command: Command = {
    async run(_, argv, options, signal) {
      if (argv.at(-1) === 'true' || argv[0] === 'unlock') return endedBy('exit', undefined);
      resolve(options);
      await new Promise((end) => signal.addEventListener('abort', end));
      return endedBy('cancel', options.source && endedBy('cancel', undefined));
    },
  };
  const deps = { command, program: 'restic', passwordFile, cacheDir: '/tmp' };
  const runner = createRunner(deps, 'nas', DestinationSpec.parse({ kind: 'path', path: '/mnt/nas' }));
  let isOver = false;
  const run = runner.run(['backup'], { timeoutMs: 1e9, patience: PATIENCE, ...more }, new AbortController().signal);
  const as = run.then(
    () => undefined,
    (error: unknown) => {
      isOver = true;
      return error;
    },
  );
  const { onLine } = await begun;
  return { say: (line: string) => onLine?.(line), ended: Object.assign(() => isOver, { as }) };
}

function endedBy(ended: CommandResult['ended'], source: CommandResult | undefined): CommandResult {
  const result = { ended, exitCode: ended === 'exit' ? 0 : undefined, stdout: '', stderr: '', reason: undefined };
  return source ? { ...result, source: { ...source, wroteBytes: 1 } } : result;
}
