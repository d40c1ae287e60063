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
    // It does not mind when nobody reads it any more.
    const from = "trap '' PIPE; echo $$; while :; do sleep 0.2; done";
    const { folder, parent, pids } = await pour(
      from,
      (says, ended) => `read -r it; ${says('$$ $it')}; cat >/dev/null; ${ended}`,
    );
    const both = await pids();
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await until(() => both.every(isOver), 'the end of both');
    expect(await readdir(folder)).toEqual(['begun']);
  }
}, 60_000);

test('what has ended before is not killed by its number, which may be somebody else’s by then', async () => {
  // What it leaves has its number for its group.
  const from = 'sleep 100 >/dev/null 2>&1 & echo $!';
  const { parent, pids } = await pour(from, (says) => `read -r it; cat >/dev/null; ${says('$$ $it')}; sleep 100`);
  const [sink = '', left = ''] = await pids();
  onTestFinished(() => void process.kill(Number(left), 'SIGKILL'));
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await until(() => isOver(sink), 'the end of what it was poured into');
  expect(isOver(left)).toBe(false);
});

/** Two shells, one poured into the other, by a process that is about to die; `into` says two ids, and may say that it saw the end. */
async function pour(from: string, into: (says: (ids: string) => string, ended: string) => string) {
  const folder = await temporaryFolder();
  const begun = join(folder, 'begun');
  const says = (ids: string) => `echo ${ids} >'${folder}/now'; mv '${folder}/now' '${begun}'`;
  const parent = fork(TIED, [from, into(says, `: >'${folder}/ended'`)], { stdio: 'ignore' });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const said = async () => (existsSync(begun) ? (await readFile(begun, 'utf8')).trim().split(' ') : []);
  const pids = async () => {
    await until(async () => (await said()).length === 2, 'the first byte');
    return await said();
  };
  return { folder, parent, pids };
}

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
  const ended = once(child, 'exit');
  await once(child, 'spawn');
  // No process can be handed this.
  tether([Object.assign(ended, { pid: child.pid })], new PassThrough())();
  expect(await ended).toEqual([null, 'SIGKILL']);
});
