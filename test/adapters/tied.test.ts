import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createCommand } from '#src/adapters/command.ts';
import { tether } from '#src/adapters/tether.ts';
import { patience, temporaryFolder, until } from './temporary.ts';

const TIED = fileURLToPath(new URL('./tied.ts', import.meta.url));
test('what a killed process poured into is killed too, and never sees the end of its input', async () => {
  for (let turn = 0; turn < 8; turn += 1) {
    const folder = await temporaryFolder();
    const parent = fork(TIED, [folder], { stdio: 'ignore' });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const begun = join(folder, 'begun');
    const pids = async () => (existsSync(begun) ? (await readFile(begun, 'utf8')).trim().split(' ') : []);
    await until(async () => (await pids()).length === 2, 'the first byte');
    const both = await pids();
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await until(() => both.every(isOver), 'the end of both');
    expect(await readdir(folder)).toEqual(['begun']);
  }
}, 60_000);

/** A process that is gone, or that nobody has reaped yet. */
function isOver(pid: string): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' });
  return stdout === '' || stdout.startsWith('Z');
}

test('one that is tied takes all that its source has, and says when it is not there', async () => {
  const { run } = createCommand();
  const source = { file: '/bin/sh', argv: ['-c', 'printf "a b"; printf c'] };
  const options = { timeoutMs: 10_000, source, tied: true };
  const words = ['-c', 'cat; printf " $*"', 'sh', 'x y', '$HOME', "'"];
  expect(await run('/bin/sh', words, options, patience())).toMatchObject({
    ...{ ended: 'exit', exitCode: 0, stdout: "a bc x y $HOME '" },
    source: { ended: 'exit', exitCode: 0 },
  });
  expect(await run('/no/such', [], options, patience())).toMatchObject({
    ended: 'missing',
    reason: expect.stringContaining('/no/such'),
  });
  expect(await run('/bin/cat', [], { ...options, source: { file: '/bin/true', argv: [] } }, patience())).toMatchObject({
    ...{ ended: 'signal', stdout: '', source: { ended: 'exit', exitCode: 0, wroteBytes: 0 } },
  });
  const unsaid = { timeoutMs: 10_000, source: { file: '/no/such', argv: [] }, tied: true };
  expect(await run('/bin/cat', [], unsaid, patience())).toMatchObject({ source: { ended: 'missing' } });
});

test('what nobody can be set to watch is killed at once', async () => {
  const child = spawn('/bin/sleep', ['100'], { detached: true, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  if (child.pid === undefined) throw new Error('it has started');
  // No process can be handed this.
  tether([child.pid], new PassThrough())();
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
});
