import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createCommand } from '#src/adapters/command.ts';
import { IDLE, lives, program } from './processes.ts';
import { patience, temporaryFolder, until } from './temporary.ts';

const FAMILY = fixture('family.mjs');
const SHOW = fixture('show.mjs');
const NODE = process.execPath;

const { run } = createCommand();

describe('what a program gets', () => {
  test('its arguments unchanged, however naughty', async () => {
    const naughty = [
      '',
      ' ',
      '$(id)',
      '`id`',
      '; rm -rf /',
      '--',
      '-n',
      '*',
      "it's",
      '"',
      '\\',
      'a\nb',
      '\t',
      'ünïcødé 🚀',
      '%PATH%',
    ];
    const { stdout } = await run(NODE, [SHOW, ...naughty], { timeoutMs: 10_000 }, patience());
    expect(JSON.parse(stdout).argv).toEqual(naughty);
  });

  test('none of our environment but PATH, HOME, LANG and TMPDIR, and what is given', async () => {
    process.env.NIGHTGUARD_TEST_TOKEN = 'secret';
    onTestFinished(() => void delete process.env.NIGHTGUARD_TEST_TOKEN);
    const { stdout } = await run(NODE, [SHOW], { timeoutMs: 10_000, env: { GIVEN: 'yes' } }, patience());
    const { env } = JSON.parse(stdout);
    expect(env.GIVEN).toBe('yes');
    const allowed = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'GIVEN'];
    expect(Object.keys(env).filter((name) => !allowed.includes(name) && !name.startsWith('__CF'))).toEqual([]);
  });

  test('the folder and the input that are given', async () => {
    const cwd = await temporaryFolder();
    const { stdout } = await run(NODE, [SHOW], { timeoutMs: 10_000, cwd, input: 'words' }, patience());
    expect(JSON.parse(stdout)).toMatchObject({ cwd: expect.stringContaining(cwd), input: 'words' });
  });

  test('input that it does not read without harm', async () => {
    const result = await run(
      ...words('process.exit(0)'),
      { timeoutMs: 10_000, input: 'x'.repeat(1_000_000) },
      patience(),
    );
    expect(result).toMatchObject({ ended: 'exit', exitCode: 0 });
  });
});

describe('how a program ends', () => {
  test('by itself, with its code and its words', async () => {
    const source = "process.stdout.write('out'); process.stderr.write('err'); process.exitCode = 3";
    const result = await run(...words(source), { timeoutMs: 10_000 }, patience());
    expect(result).toEqual({ ended: 'exit', exitCode: 3, stdout: 'out', stderr: 'err', reason: undefined });
  });

  test('by a signal of its own', async () => {
    const result = await run(...words("process.kill(process.pid, 'SIGABRT')"), { timeoutMs: 10_000 }, patience());
    expect(result).toMatchObject({ ended: 'signal', exitCode: undefined, reason: 'SIGABRT' });
  });

  test.concurrent('after its time, with its descendants', async () => {
    const result = await run(NODE, [FAMILY], { timeoutMs: 2000 }, patience());
    expect(result.ended).toBe('timeout');
    expect(Number(result.stdout)).toBeGreaterThan(1);
    await until(async () => !(await lives(Number(result.stdout))), 'the grandchild to end');
  });

  test.concurrent('after its time, with a descendant that ignores SIGTERM', async () => {
    const result = await run(NODE, [FAMILY, 'stubborn'], { timeoutMs: 2000 }, patience());
    expect(result.ended).toBe('timeout');
    await until(async () => !(await lives(Number(result.stdout))), 'the grandchild to end');
  });

  test.concurrent('after its time, ignoring SIGTERM itself', async () => {
    const result = await run(NODE, [FAMILY, 'stubborn', 'itself'], { timeoutMs: 2000 }, patience());
    expect(result.ended).toBe('timeout');
    await until(async () => !(await lives(Number(result.stdout))), 'the grandchild to end');
  });

  test.concurrent('after its time, when only a child that holds its output is left', async () => {
    const source = `import { spawn } from 'node:child_process';
      const child = spawn(process.execPath, ['-e', '${IDLE}'], { stdio: 'inherit' });
      process.stdout.write(String(child.pid), () => process.exit(0));`;
    const result = await run(...words(source), { timeoutMs: 2000 }, patience());
    expect(result.ended).toBe('timeout');
    await until(async () => !(await lives(Number(result.stdout))), 'the child to end');
  });

  test('when it is cancelled, with its descendants', async () => {
    const cancel = new AbortController();
    const pidFile = join(await temporaryFolder(), 'pid');
    const running = run(NODE, [FAMILY], { timeoutMs: 10_000, env: { PID_FILE: pidFile } }, cancel.signal);
    const child = async () => Number(await readFile(pidFile, 'utf8').catch(() => ''));
    await until(async () => (await child()) > 1, 'the grandchild to start');
    cancel.abort();
    expect((await running).ended).toBe('cancel');
    await until(async () => !(await lives(await child())), 'the grandchild to end');
  });

  test('before it begins when it was cancelled already', async () => {
    expect(await run(NODE, [FAMILY], { timeoutMs: 10_000 }, AbortSignal.abort())).toMatchObject({
      ended: 'cancel',
      stdout: '',
    });
  });

  test('when it writes more than it may', async () => {
    const source = "for (;;) process.stdout.write('é'.repeat(10_000))";
    const result = await run(...words(source), { timeoutMs: 10_000, maxBytes: 50_000 }, patience());
    expect(result.ended).toBe('overflow');
    expect(Buffer.byteLength(result.stdout)).toBeLessThanOrEqual(50_002);
  });

  test('not for much that it writes to stderr: each line is handed on, and the end is kept', async () => {
    const lines: number[] = [];
    const source = "process.stderr.write('é'.repeat(99).concat('\\n').repeat(30_000) + 'Fatal: no')";
    const options = { timeoutMs: 10_000, maxBytes: 1000, onErrorLine: () => void lines.push(0) };
    const result = await run(...words(source), options, patience());
    expect(result).toMatchObject({ ended: 'exit', exitCode: 0, stderr: expect.stringMatching(/é\nFatal: no$/) });
    expect(lines).toHaveLength(30_001);
    expect(Buffer.byteLength(result.stderr)).toBeLessThan(100_010);
  });

  test('not at all when there is no such program, it is no program, or the folder is missing', async () => {
    const options = { timeoutMs: 10_000 };
    expect(await run('no-such-program', [], options, patience())).toMatchObject({
      ended: 'missing',
      reason: 'there is no program no-such-program',
    });
    expect(await run(SHOW, [], options, patience())).toMatchObject({
      ended: 'missing',
      reason: `${SHOW} may not be executed`,
    });
    expect(await run(NODE, [], { ...options, cwd: '/no/such' }, patience())).toMatchObject({
      ended: 'missing',
      reason: 'there is no folder /no/such',
    });
  });
});

function words(source: string): [string, string[]] {
  const [file, ...argv] = program(source);
  return [file, argv];
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}
