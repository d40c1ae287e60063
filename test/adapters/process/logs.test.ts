import { appendFile, open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createProcessLog } from '#src/adapters/process/logs.ts';
import { patience, temporaryFolder } from '../temporary.ts';

describe('reading', () => {
  test('gives the last lines, newest last', async () => {
    const { path, log } = await make();
    await writeFile(path, 'one\r\ntwo\nthree\n');
    expect(await log.read({ lines: 2 }, patience())).toBe('two\nthree');
    expect(await log.read({ lines: 9 }, patience())).toBe('one\ntwo\nthree');
  });

  test('of a log that is not there gives nothing', async () => {
    expect(await (await make()).log.read({ lines: 5 }, patience())).toBe('');
  });

  test('picks lines by plain text, not by a pattern', async () => {
    const { path, log } = await make();
    await writeFile(path, 'a.c 1\nabc 2\na.c 3\na.c 4\n');
    expect(await log.read({ lines: 2, grep: 'a.c' }, patience())).toBe('a.c 3\na.c 4');
    expect(await log.read({ lines: 2, grep: '.*' }, patience())).toBe('');
  });

  test('gives what was written since a moment', async () => {
    const { path, log, clock } = await make();
    clock.now = 1000;
    await log.keep(patience());
    await writeFile(path, 'old\n');
    clock.now = 2000;
    await log.keep(patience());
    await appendFile(path, 'new\n');
    clock.now = 3000;
    expect(await log.read({ lines: 9, sinceMs: 1000 }, patience())).toBe('new');
    expect(await log.read({ lines: 9, sinceMs: 2000 }, patience())).toBe('old\nnew');
    expect(await log.read({ lines: 9, sinceMs: 1000, grep: 'old' }, patience())).toBe('');
  });

  test('of the end of a log of 1 GB reads next to nothing of it', async () => {
    const { path, log } = await make();
    await writeFile(path, '');
    await truncate(path, 1_000_000_000);
    await appendFile(path, '\nlast but one\nlast\n');
    const before = await bytesRead();
    expect(await log.read({ lines: 2 }, patience())).toBe('last but one\nlast');
    expect((await bytesRead()) - before).toBeLessThan(1_000_000);
  });

  test('searches a log of 1 GB from its end and says when it gave up', async () => {
    const { path, log } = await make();
    await writeFile(path, 'needle\n');
    await truncate(path, 1_000_000_000);
    await appendFile(path, '\nneedle at the end\n');
    expect(await log.read({ lines: 2, grep: 'needle' }, patience())).toBe(
      '[only the last 64 MB were searched]\nneedle at the end',
    );
  });

  test('ends with its signal', async () => {
    const { path, log } = await make();
    await writeFile(path, 'one\n');
    await expect(log.read({ lines: 2 }, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});

describe('rotation', () => {
  test('keeps the log below its bound, the lines before in .1, and reads across both', async () => {
    const { path, log } = await make(100);
    await writeFile(path, lines(0, 20));
    await log.keep(patience());
    expect((await stat(path)).size).toBe(0);
    expect(await readFile(`${path}.1`, 'utf8')).toBe(lines(6, 20));
    expect((await stat(`${path}.1`)).mode & 0o777).toBe(0o600);
    await appendFile(path, lines(20, 22));
    expect(await log.read({ lines: 4 }, patience())).toBe(lines(18, 22).trimEnd());
  });

  test('leaves a program writing that has the log open', async () => {
    const { path, log } = await make(100);
    const program = await open(path, 'a');
    onTestFinished(() => program.close());
    await program.write(lines(0, 20));
    await log.keep(patience());
    await program.write(lines(20, 22));
    expect(await readFile(path, 'utf8')).toBe(lines(20, 22));
  });

  test('keeps the times of the lines', async () => {
    const { path, log, clock } = await make(100);
    await writeFile(path, lines(0, 10));
    clock.now = 1000;
    await log.keep(patience());
    await appendFile(path, lines(10, 20));
    clock.now = 2000;
    await log.keep(patience());
    await appendFile(path, lines(20, 22));
    clock.now = 3000;
    expect(await log.read({ lines: 99, sinceMs: 1500 }, patience())).toBe(lines(10, 22).trimEnd());
    expect(await log.read({ lines: 99, sinceMs: 500 }, patience())).toBe(lines(20, 22).trimEnd());
  });
});

async function make(maxBytes = 10_000_000) {
  const path = join(await temporaryFolder(), 'web.log');
  const clock = { now: 0 };
  return { path, clock, log: createProcessLog({ path, maxBytes, now: () => clock.now }) };
}

/** Lines of seven bytes. */
function lines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => `line ${String.fromCharCode(65 + from + i)}\n`).join('');
}

async function bytesRead(): Promise<number> {
  const io = await readFile('/proc/self/io', 'utf8').catch(() => '');
  return Number(/rchar: (\d+)/.exec(io)?.[1] ?? 0);
}
