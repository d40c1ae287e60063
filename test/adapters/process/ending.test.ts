import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ProcessWorkloads } from '#src/adapters/process/workloads.ts';
import { lives, program } from '../processes.ts';
import { patience, temporaryFolder, until } from '../temporary.ts';
import { DEMO, makeProcesses, pidOf, startsIn } from './made.ts';

const FAMILY = fileURLToPath(new URL('../fixtures/family.mjs', import.meta.url));

describe('a workload that ends by itself', () => {
  test('has failed, says its exit code, and is not started again', async () => {
    const { workloads, stateDir } = await makeProcesses({ web: DEMO });
    await workloads.open();
    const { detail } = await workloads.settled('web', patience());
    const port = /port (\d+)/.exec(detail ?? '')?.[1];
    await fetch(`http://127.0.0.1:${port}/crash`, { method: 'POST', headers: { connection: 'close' } }).then((answer) =>
      answer.text(),
    );
    await untilFailed(workloads, 'web');
    expect(await workloads.get('web', patience())).toMatchObject({
      healthy: false,
      detail: 'exit code 1',
      instance: expect.any(String),
    });
    expect(await workloads.logs('web', { lines: 9, grep: 'FATAL' }, patience())).toMatch(
      /^\d{4}-\d\d-\d\dT\S+Z FATAL /,
    );
    expect(await startsIn(stateDir, 'web', 'demo started')).toBe(1);
  });

  test('by a signal says which', async () => {
    const { workloads } = await makeProcesses({ web: DEMO });
    await workloads.open();
    process.kill(await pidOf(workloads, 'web'), 'SIGKILL');
    await untilFailed(workloads, 'web');
    expect((await workloads.get('web', patience())).detail).toBe('killed by SIGKILL');
  });

  test.runIf(process.platform === 'linux')(
    'and leaves a child behind: the child is ended before the next start',
    async () => {
      const { workloads, stateDir } = await makeProcesses({ family: { command: [process.execPath, FAMILY] } });
      await workloads.open();
      const child = await childOf(stateDir, 1);
      process.kill(await pidOf(workloads, 'family'), 'SIGKILL');
      await untilFailed(workloads, 'family');
      expect(await lives(child)).toBe(true);
      await workloads.restart('family', { force: false }, patience());
      expect(await lives(child)).toBe(false);
    },
  );
});

describe('a workload that is stopped', () => {
  test('may end in its own way', async () => {
    const { workloads, stateDir } = await makeProcesses({ web: DEMO });
    await workloads.open();
    await workloads.settled('web', patience());
    await workloads.restart('web', { force: false }, patience());
    expect(await startsIn(stateDir, 'web', 'INFO  stopped')).toBe(1);
  });

  test('by force may not', async () => {
    const { workloads, stateDir } = await makeProcesses({ web: DEMO });
    await workloads.open();
    await workloads.settled('web', patience());
    await workloads.restart('web', { force: true }, patience());
    expect(await startsIn(stateDir, 'web', 'SIGTERM received')).toBe(0);
  });

  test('takes its children along, and is killed when it does not end in its time', async () => {
    const command: [string, ...string[]] = [process.execPath, FAMILY, 'stubborn', 'itself'];
    const { workloads, stateDir } = await makeProcesses({ family: { command, stopTimeout: '200ms' } });
    await workloads.open();
    const [child, pid] = [await childOf(stateDir, 1), await pidOf(workloads, 'family')];
    await workloads.restart('family', { force: false }, patience());
    expect([await lives(pid), await lives(child)]).toEqual([false, false]);
  });

  test('at the end of the agent stays stopped', async () => {
    const { workloads, logged } = await makeProcesses({
      web: DEMO,
      other: { command: program('setInterval(() => {}, 1000)') },
    });
    await workloads.open();
    const pids = [await pidOf(workloads, 'web'), await pidOf(workloads, 'other')];
    await workloads.close();
    expect(await Promise.all(pids.map(lives))).toEqual([false, false]);
    expect((await workloads.list(patience())).map(({ state }) => state)).toEqual(['stopped', 'stopped']);
    expect(logged.filter((line) => line.startsWith('workload failed'))).toEqual([]);
    await expect(workloads.restart('web', { force: false }, patience())).rejects.toMatchObject({ code: 'closing' });
    await workloads.open();
    expect((await workloads.get('web', patience())).state).toBe('stopped');
  });

  test('is started again even when the restart is cancelled half-way', async () => {
    const pidFile = join(await temporaryFolder(), 'stopping');
    const source = `import { writeFileSync } from 'node:fs';
      process.on('SIGTERM', () => { writeFileSync('${pidFile}', 'x'); setTimeout(() => process.exit(), 200); });
      console.log('ready'); setInterval(() => {}, 1000)`;
    const { workloads, stateDir } = await makeProcesses({ slow: { command: program(source) } });
    await workloads.open();
    await until(async () => (await startsIn(stateDir, 'slow', 'ready')) === 1, 'it to be ready');
    const before = await pidOf(workloads, 'slow');
    const cancel = new AbortController();
    const restarting = workloads.restart('slow', { force: false }, cancel.signal);
    await until(async () => (await readFile(pidFile, 'utf8').catch(() => '')) === 'x', 'it to be stopping');
    cancel.abort();
    expect((await restarting).state).toBe('running');
    expect(await pidOf(workloads, 'slow')).not.toBe(before);
  });
});

async function untilFailed(workloads: ProcessWorkloads, name: string): Promise<void> {
  await until(async () => (await workloads.get(name, patience())).state === 'failed', `${name} to fail`);
}

/** The pid that family.mjs wrote at its nth start. */
async function childOf(stateDir: string, start: number): Promise<number> {
  const written = async () => (await readFile(join(stateDir, 'family.log'), 'utf8')).split('\n').filter(Boolean);
  await until(async () => (await written()).length >= start, 'the child to start');
  return Number((await written())[start - 1]);
}
