import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { IDLE, program } from '../processes.ts';
import { patience, temporaryFolder, until } from '../temporary.ts';
import { webServer } from '../webServer.ts';
import { DEMO, makeProcesses, pidOf, startsIn } from './made.ts';

const SHOW = fileURLToPath(new URL('../fixtures/show.mjs', import.meta.url));

describe('a started workload', () => {
  test('gets its arguments, folder, variables and port, and nothing else of our environment', async () => {
    process.env.NIGHTGUARD_TEST_TOKEN = 'secret';
    onTestFinished(() => void delete process.env.NIGHTGUARD_TEST_TOKEN);
    const cwd = await temporaryFolder();
    const { workloads } = await makeProcesses({
      show: { command: [process.execPath, SHOW, '$(id)', ''], cwd, env: { MODE: 'test' }, port: 'auto' },
    });
    await workloads.open();
    await until(async () => (await workloads.logs('show', { lines: 1 }, patience())) !== '', 'it to write');
    const shown = JSON.parse(await workloads.logs('show', { lines: 1 }, patience()));
    expect(shown).toMatchObject({
      argv: ['$(id)', ''],
      cwd: expect.stringContaining(cwd),
      input: '',
      env: { MODE: 'test' },
    });
    expect(Number(shown.env.PORT)).toBeGreaterThan(1023);
    expect(shown.env.NIGHTGUARD_TEST_TOKEN).toBeUndefined();
    expect(shown.env.NIGHTGUARD_WORKLOAD).toMatch(/^[0-9a-f]{16}\/show$/);
  });

  test('has files that only its owner can read', async () => {
    const { workloads, stateDir } = await makeProcesses({ web: DEMO });
    await workloads.open();
    expect((await stat(stateDir)).mode & 0o777).toBe(0o700);
    const files = await readdir(stateDir);
    expect(files.sort()).toEqual(['web.json', 'web.log', 'web.log.times']);
    for (const file of files) expect((await stat(join(stateDir, file))).mode & 0o777, file).toBe(0o600);
  });

  test('is not started a second time', async () => {
    const { workloads, stateDir } = await makeProcesses({ web: DEMO });
    await Promise.all([workloads.open(), workloads.open()]);
    const { instance } = await workloads.settled('web', patience());
    await workloads.open();
    expect((await workloads.get('web', patience())).instance).toBe(instance);
    expect(await startsIn(stateDir, 'web', 'demo started')).toBe(1);
  });

  test('that says it is sick is unhealthy, not failed', async () => {
    const { workloads } = await makeProcesses({ web: DEMO });
    await workloads.open();
    const { detail } = await workloads.settled('web', patience());
    const port = /port (\d+)/.exec(detail ?? '')?.[1];
    await fetch(`http://127.0.0.1:${port}/sick?seconds=60`, { method: 'POST', headers: { connection: 'close' } }).then(
      (answer) => answer.text(),
    );
    expect(await workloads.get('web', patience())).toMatchObject({
      state: 'running',
      healthy: false,
      detail: expect.stringContaining('/health answered 503'),
    });
  });

  test('may have its health asked at a full address', async () => {
    const url = await webServer((_, response) => void response.writeHead(204).end());
    const { workloads } = await makeProcesses({ web: { command: program(IDLE), health: `${url}/up` } });
    await workloads.open();
    expect(await workloads.settled('web', patience())).toMatchObject({
      healthy: true,
      detail: expect.stringMatching(/^pid \d+$/),
    });
  });
});

describe('a workload that cannot start', () => {
  test.each([
    [
      { command: ['/no/such/program'] },
      'bad cannot start: there is no program /no/such/program. Look at its command in the configuration.',
    ],
    [{ command: [SHOW] }, `bad cannot start: ${SHOW} may not be executed. Look at its command in the configuration.`],
    [
      { command: [process.execPath], cwd: '/no/such' },
      'bad cannot start: there is no folder /no/such. Look at its command in the configuration.',
    ],
  ] as const)('says why, and the others start: %o', async (spec, sentence) => {
    const { workloads, logged } = await makeProcesses({ bad: { ...spec, command: [...spec.command] }, good: DEMO });
    await workloads.open();
    const [bad, good] = await workloads.list(patience());
    expect(bad).toMatchObject({ state: 'failed', detail: sentence, instance: undefined });
    expect(good).toMatchObject({ state: 'running' });
    expect(logged.some((line) => line.startsWith('workload not started'))).toBe(true);
    await expect(workloads.restart('bad', { force: false }, patience())).rejects.toMatchObject({
      code: 'cannot-start',
      message: sentence,
    });
  });
});

describe('the log', () => {
  test('is rotated at a start when it has grown too big', async () => {
    const stateDir = await temporaryFolder();
    await writeFile(join(stateDir, 'web.log'), 'old line\n'.repeat(200));
    const { workloads } = await makeProcesses({ web: DEMO }, { stateDir, maxLogBytes: 1000 });
    await workloads.open();
    await workloads.settled('web', patience());
    expect((await stat(join(stateDir, 'web.log.1'))).size).toBeGreaterThan(900);
    expect(await readFile(join(stateDir, 'web.log'), 'utf8')).not.toContain('old line');
  });

  test('is rotated while its program runs', async () => {
    const source = "setInterval(() => console.log('x'.repeat(99)), 5)";
    const { workloads, stateDir } = await makeProcesses(
      { chatty: { command: program(source) } },
      { maxLogBytes: 2000, followMs: 20 },
    );
    await workloads.open();
    const pid = await pidOf(workloads, 'chatty');
    const rotated = () => stat(join(stateDir, 'chatty.log.1')).catch(() => undefined);
    await until(async () => (await rotated()) !== undefined, 'the log to be rotated');
    await until(
      async () => (await workloads.logs('chatty', { lines: 60 }, patience())).split('\n').length > 30,
      'it to go on',
    );
    expect(await pidOf(workloads, 'chatty')).toBe(pid);
  });
});
