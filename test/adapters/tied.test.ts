import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createCommand } from '#src/adapters/command.ts';
import { locate } from '#src/adapters/locate.ts';
import { patience, temporaryFolder, until } from './temporary.ts';

const TIED = fileURLToPath(new URL('./tied.ts', import.meta.url));
test.each([
  ['at once, by setpriv', process.platform === 'linux', 8],
  ['within a second, where there is no setpriv', false, 4],
])(
  'what a killed process poured into ends %s, and never sees the end of its input',
  async (_, bySetpriv, turns) => {
    const env = bySetpriv ? process.env : { ...process.env, PATH: await pathOf(['ps', 'tr', 'sleep', 'head', 'cat']) };
    for (let turn = 0; turn < turns; turn += 1) {
      const folder = await temporaryFolder();
      const parent = fork(TIED, [folder], { stdio: 'ignore', env });
      onTestFinished(() => void parent.kill('SIGKILL'));
      const begun = join(folder, 'begun');
      const pid = async () => (existsSync(begun) ? (await readFile(begun, 'utf8')).trim() : '');
      await until(async () => (await pid()) !== '', 'the first byte');
      const taker = await pid();
      parent.kill('SIGKILL');
      await once(parent, 'exit');
      await until(() => isOver(taker), 'the end of what it poured into');
      expect(await readdir(folder)).toEqual(['begun']);
    }
  },
  60_000,
);

/** A PATH on which there are these programs and no others. */
async function pathOf(programs: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  const found = await Promise.all(programs.map((program) => locate(program, process.env['PATH'])));
  await Promise.all(found.map((file) => symlink(file, join(folder, basename(file)))));
  return folder;
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
  const unsaid = { timeoutMs: 10_000, source: { file: '/no/such', argv: [] }, tied: true };
  expect(await run('/bin/cat', [], unsaid, patience())).toMatchObject({ source: { ended: 'missing' } });
});
