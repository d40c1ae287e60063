import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { setStopMark } from '#src/adapters/process/stopMark.ts';
import { lives } from '../processes.ts';
import { patience, temporaryFolder, until } from '../temporary.ts';
import type { Specs } from './made.ts';
import { DEMO, makeProcesses, pidOf, SELF, startsIn } from './made.ts';
import { startedByKilledOwner } from './owner.ts';

const [node = '', demo = ''] = SELF;
const SPECS: Specs = { web: { ...DEMO, command: [node, demo] } };

describe('a workload that somebody stopped', () => {
  test('stays stopped over a restart of the agent, which knows since when', async () => {
    const stateDir = await stoppedByAnEarlierAgent();
    const { workloads } = await makeProcesses(SPECS, { stateDir, now: () => Date.now() + 60_000 });
    await workloads.open();
    const web = await workloads.get('web', patience());
    expect(web).toMatchObject({ state: 'stopped', detail: 'by request', instance: expect.any(String) });
    expect(web.forMs).toBeGreaterThanOrEqual(59_000);
    expect(await startsIn(stateDir, 'web', 'demo started')).toBe(1);
  });

  test('and then started is started by the next agent as well', async () => {
    const stateDir = await stoppedByAnEarlierAgent();
    const first = await makeProcesses(SPECS, { stateDir });
    await first.workloads.open();
    await first.workloads.start('web', patience());
    await first.workloads.close();
    const { workloads } = await makeProcesses(SPECS, { stateDir });
    await workloads.open();
    expect((await workloads.get('web', patience())).state).toBe('running');
  });

  test('leaves a mark that only its owner can read', async () => {
    const stateDir = await stoppedByAnEarlierAgent();
    expect(await readdir(stateDir)).toContain('web.stopped');
    expect((await stat(join(stateDir, 'web.stopped'))).mode & 0o777).toBe(0o600);
  });

  test('is ended when an earlier agent had started it', async () => {
    const stateDir = await temporaryFolder();
    await startedByKilledOwner(stateDir, SPECS);
    const { workloads } = await makeProcesses(SPECS, { stateDir });
    await workloads.open();
    const pid = await pidOf(workloads, 'web');
    await workloads.stop('web', { force: false }, patience());
    expect(await lives(pid)).toBe(false);
  });
});

test('one that failed and was then stopped is not started by the next agent', async () => {
  const stateDir = await temporaryFolder();
  const first = await makeProcesses(SPECS, { stateDir });
  await first.workloads.open();
  process.kill(await pidOf(first.workloads, 'web'), 'SIGKILL');
  await until(async () => (await first.workloads.get('web', patience())).state === 'failed', 'it to fail');
  expect((await first.workloads.stop('web', { force: false }, patience())).state).toBe('failed');
  await first.workloads.close();
  const { workloads } = await makeProcesses(SPECS, { stateDir });
  await workloads.open();
  expect((await workloads.get('web', patience())).state).toBe('stopped');
});

test('one that an agent killed half-way through a stop left running is taken over, and is to run again', async () => {
  const stateDir = await temporaryFolder();
  const { web: instance } = await startedByKilledOwner(stateDir, SPECS);

  await setStopMark(join(stateDir, 'web.stopped'), true);
  const { workloads } = await makeProcesses(SPECS, { stateDir });
  await workloads.open();
  expect(await workloads.get('web', patience())).toMatchObject({ state: 'running', instance });
  expect(await readdir(stateDir)).not.toContain('web.stopped');
});

test('an agent that is stopping neither starts nor stops one', async () => {
  const { workloads } = await makeProcesses(SPECS);
  await workloads.close();
  const refused = { code: 'closing' };
  await expect(workloads.start('web', patience())).rejects.toMatchObject(refused);
  await expect(workloads.stop('web', { force: false }, patience())).rejects.toMatchObject(refused);
});

async function stoppedByAnEarlierAgent(): Promise<string> {
  const stateDir = await temporaryFolder();
  const { workloads } = await makeProcesses(SPECS, { stateDir });
  await workloads.open();
  await until(async () => (await startsIn(stateDir, 'web', 'demo started')) === 1, 'it to start');
  await workloads.stop('web', { force: false }, patience());
  await workloads.close();
  return stateDir;
}
