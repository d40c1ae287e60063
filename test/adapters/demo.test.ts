import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { until } from './temporary.ts';

const DEMO = fileURLToPath(new URL('../../bin/demo.mjs', import.meta.url));
const TIMED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S/;

describe('the demo workload', () => {
  test('says what it is and that it is well', async () => {
    const { ask } = await startDemo();
    expect(await ask('GET', '/')).toMatchObject({ status: 200, body: expect.stringMatching(/^Nightguard demo.*\n$/) });
    expect(await ask('GET', '/health')).toEqual({ status: 200, body: 'ok\n' });
    expect(await ask('GET', '/elsewhere')).toMatchObject({ status: 404 });
  });

  test('is sick for as long as it is told', async () => {
    const { ask } = await startDemo();
    expect(await ask('POST', '/sick?seconds=0.2')).toMatchObject({ status: 200 });
    await until(async () => (await ask('GET', '/health')).status === 200, 'it to get well');
    await ask('POST', '/sick?seconds=60');
    expect(await ask('GET', '/health')).toEqual({ status: 503, body: 'sick\n' });
    expect(await ask('POST', '/sick?seconds=soon')).toMatchObject({ status: 400 });
  });

  test('crashes with a stack and exit code 1', async () => {
    const { ask, ended } = await startDemo();
    await ask('POST', '/crash');
    const { code, lines } = await ended;
    expect(code).toBe(1);
    expect(lines.filter((line) => / FATAL | {4}at /.test(line)).length).toBeGreaterThan(2);
    expect(lines.every((line) => TIMED.test(line) || / {5}at /.test(line))).toBe(true);
  });

  test('ends by SIGTERM with exit code 0, and says so', async () => {
    const { child, ended } = await startDemo();
    child.kill('SIGTERM');
    const { code, lines } = await ended;
    expect(code).toBe(0);
    expect(lines.at(-1)).toContain('stopped');
  });

  test('logs each request but a health check, of which it logs one in fifty', async () => {
    const { ask, child, port, ended } = await startDemo();
    for (let i = 0; i < 50; i += 1) await ask('GET', '/health');
    await ask('GET', '/');
    child.kill('SIGTERM');
    const { lines } = await ended;
    expect(lines.map((line) => line.slice(25))).toEqual([
      `INFO  starting, pid ${child.pid}`,
      `INFO  demo started, port ${port}`,
      'INFO  50 health checks so far, now ok',
      'INFO  GET / 200',
      'INFO  SIGTERM received, stopping',
      'INFO  stopped',
    ]);
    expect(lines.every((line) => TIMED.test(line))).toBe(true);
  });
});

async function startDemo() {
  const child = spawn(process.execPath, [DEMO], {
    env: { PORT: '0', WARM_UP_MS: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    said += part;
  });
  const all = text(child.stdout);
  await until(() => said.includes('port '), 'the demo to start');
  const port = Number(/port (\d+)/.exec(said)?.[1]);
  const ended = Promise.all([exit, all]).then(([[code]]) => ({ code, lines: said.trimEnd().split('\n') }));
  return { child, port, ended, ask: (method: string, path: string) => ask(`http://127.0.0.1:${port}${path}`, method) };
}

async function ask(url: string, method: string) {
  const answer = await fetch(url, { method, headers: { connection: 'close' } });
  return { status: answer.status, body: await answer.text() };
}
