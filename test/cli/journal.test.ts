import { execFile } from 'node:child_process';
import { copyFile, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createJournal } from '#src/agent/journal.ts';
import { lockState } from '#src/cli/lock.ts';
import { temporaryFolder } from '../adapters/temporary.ts';
import { PROGRAM } from '../fixtures/program.ts';

const order = { kind: 'run', v: 1, operation: 'restart', version: 1, input: { target: 'web' }, operator: 7 } as const;

/** A state folder with a journal of some jobs in it, one of them open. */
async function machine() {
  const folder = await temporaryFolder();
  const file = join(folder, 'journal.db');
  const open = () => createJournal({ file, now: Date.now });
  const journal = open();
  for (let n = 0; n < 50; n += 1) journal.accept(`job-${n}`, order, Date.now() + 60_000);
  for (let n = 1; n < 50; n += 1) journal.finish(`job-${n}`, { kind: 'accepted', job: `job-${n}` });
  journal.close();
  const env = { PATH: process.env['PATH'], NIGHTGUARD_STATE: folder };
  const run = (...words: string[]) =>
    promisify(execFile)(process.execPath, [PROGRAM, 'journal', ...words], { env }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
    );
  return { folder, file, open, run };
}

/** Ways in which a file is damaged, each of its own kind. */
const DAMAGE: [string, (file: string) => Promise<void>][] = [
  ['empty', (file) => truncate(file)],
  ['cut in the middle', async (file) => truncate(file, (await stat(file)).size - 5_000)],
  ['of other bytes', (file) => writeFile(file, Buffer.alloc(20_000, 7))],
  ['torn in a page', async (file) => writeFile(file, (await readFile(file)).fill(0xa5, 8_192, 12_288))],
  [
    'gone, with what was beside it still there',
    async (file) => {
      await copyFile(file, `${file}-wal`);
      await rm(file);
    },
  ],
];

describe('a damaged journal', () => {
  test.each(DAMAGE)(
    'that is %s is never replaced in silence: it is refused with the next command',
    async (_, damage) => {
      const { folder, file, open } = await machine();
      await damage(file);
      const before = await readdir(folder);
      expect(open).toThrow(/^The journal .* is damaged: .* takes no orders\. .*: nightguard journal reset\.$/);
      expect(await readdir(folder)).toEqual(before);
    },
  );

  test('is kept aside by a reset, and a new one begins', async () => {
    const { folder, file, open, run } = await machine();
    await writeFile(file, Buffer.alloc(20_000, 7));
    const { code, stdout } = await run('reset');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('The damaged file is kept as') });
    const journal = open();
    expect(journal.knows('job-1')).toBe('never seen');
    journal.close();
    expect((await readdir(folder)).filter((name) => name.includes('.damaged-'))).toHaveLength(1);
  });
});

describe('nightguard journal', () => {
  test('shows what the journal knows of itself, and reset begins a new log that keeps what is whole', async () => {
    const { open, run } = await machine();
    const journal = open();
    const { log } = journal.history();
    journal.compare({ log, seq: 5_000 });
    journal.close();
    expect((await run()).stdout).toMatch(
      /Open {6}restart \(job-0\)\nPast {6}The journal of this node went back in time/,
    );
    const reset = JSON.parse((await run('reset', '--json')).stdout);
    expect(reset).toMatchObject({ open: ['job-0'], log: expect.not.stringMatching(log) });
    const shown = JSON.parse((await run('--json')).stdout);
    expect(shown).toMatchObject({ log: reset.log, doubt: null });
    const again = open();
    expect(again.knows('job-1')).toBe('finished');
    again.close();
  });

  test('resets nothing under a running agent', async () => {
    const { folder, run } = await machine();
    const lock = lockState(folder);
    const { code, stderr } = await run('reset');
    lock.release();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(`is in use by process ${process.pid}`),
    });
  });
});
