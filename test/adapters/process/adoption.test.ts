import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCommand } from '#src/adapters/command.ts';
import { createLinuxTable } from '#src/adapters/process/linuxTable.ts';
import { createMacosTable } from '#src/adapters/process/macosTable.ts';
import { writeRecord } from '#src/adapters/process/record.ts';
import { MARK } from '#src/adapters/process/table.ts';
import { bystander, lives } from '../processes.ts';
import { patience, temporaryFolder, until } from '../temporary.ts';
import type { Specs } from './made.ts';
import { DEMO, makeProcesses, pidOf, SELF, startsIn } from './made.ts';
import { startedByKilledOwner } from './owner.ts';

const [node = '', demo = ''] = SELF;
const SPECS: Specs = { web: { ...DEMO, command: [node, demo] } };
const LINUX = process.platform === 'linux';
const ROOT = process.getuid?.() === 0;

describe('after its agent was killed with -9', () => {
  test('a workload runs on and is taken over as it is', async () => {
    const { workloads, stateDir, instance } = await afterKill();
    await workloads.open();
    expect(await workloads.settled('web', patience())).toMatchObject({ instance, healthy: true });
    expect(await startsIn(stateDir, 'web', 'demo started')).toBe(1);
  });

  test('it can be restarted, once and cleanly', async () => {
    const { workloads, stateDir, instance } = await afterKill();
    await workloads.open();
    await workloads.settled('web', patience());
    const old = await pidOf(workloads, 'web');
    await workloads.restart('web', { force: false }, patience());
    expect(await lives(old)).toBe(false);
    expect((await workloads.settled('web', patience())).instance).not.toBe(instance);
    expect(await startsIn(stateDir, 'web', 'demo started')).toBe(2);
    expect(await startsIn(stateDir, 'web', 'SIGTERM received')).toBe(1);
  });

  test('its end is noticed, although nobody can know its exit code', async () => {
    const { workloads } = await afterKill();
    await workloads.open();
    process.kill(await pidOf(workloads, 'web'), 'SIGKILL');
    await until(async () => (await workloads.get('web', patience())).state === 'failed', 'the end to be noticed');
    expect((await workloads.get('web', patience())).detail).toContain('exit code is not known');
  });

  test('its end is noticed by nobody asking', async () => {
    const { workloads, logged } = await afterKill({ followMs: 20 });
    await workloads.open();
    process.kill(await pidOf(workloads, 'web'), 'SIGKILL');
    await until(() => logged.some((line) => line.startsWith('workload failed')), 'the end to be noticed');
  });

  test('one that ended meanwhile is started anew', async () => {
    const { workloads, instance } = await afterKill();
    const pid = Number(instance.split('@')[0]);
    process.kill(pid, 'SIGKILL');
    await until(async () => !(await lives(pid)), 'it to end');
    await workloads.open();
    expect((await workloads.settled('web', patience())).instance).not.toBe(instance);
  });
});

describe.runIf(LINUX)('when the record of a running workload', () => {
  test('was never written, since the agent died just before, it is found by its mark and not started twice', async () => {
    const { workloads, stateDir, instance } = await afterKill();
    await rm(join(stateDir, 'web.json'));
    await workloads.open();
    expect(await workloads.settled('web', patience())).toMatchObject({ instance, healthy: true });
    expect(await startsIn(stateDir, 'web', 'demo started')).toBe(1);
  });

  test('is that of an earlier instance, whose pid is now another program, the program is left alone', async () => {
    const { workloads, stateDir, instance } = await afterKill();
    const other = await bystander({});
    await writeRecord(join(stateDir, 'web.json'), { pid: other.pid, identity: '1.00000000', startedAt: 0 });
    await workloads.open();
    expect(await workloads.settled('web', patience())).toMatchObject({ instance, healthy: true });
    await workloads.restart('web', { force: true }, patience());
    expect(await lives(other.pid)).toBe(true);
  });

  test('is garbage, it is found by its mark', async () => {
    const { workloads, stateDir, instance } = await afterKill();
    await writeFile(join(stateDir, 'web.json'), '{"pid":');
    await workloads.open();
    expect((await workloads.get('web', patience())).instance).toBe(instance);
  });
});

describe('a process that is not ours', () => {
  test('is never signalled for having the pid on record', async () => {
    const other = await bystander({});
    const { workloads, stateDir } = await makeProcesses(SPECS, { stateDir: await temporaryFolder() });
    await writeRecord(join(stateDir, 'web.json'), {
      pid: other.pid,
      identity: `${await identity(other.pid)}0`,
      startedAt: 0,
    });
    await workloads.open();
    expect(await pidOf(workloads, 'web')).not.toBe(other.pid);
    await workloads.restart('web', { force: true }, patience());
    await workloads.close();
    expect(await lives(other.pid)).toBe(true);
  });

  test.runIf(LINUX)('is not touched for carrying the mark of another folder', async () => {
    const { workloads, stateDir } = await makeProcesses(SPECS);
    const { workloads: others } = await makeProcesses(SPECS, { stateDir: `${stateDir}-other` });
    await Promise.all([workloads.open(), others.open()]);
    const [mine, theirs] = [await pidOf(workloads, 'web'), await pidOf(others, 'web')];
    await workloads.close();
    expect([await lives(mine), await lives(theirs)]).toEqual([false, true]);
  });

  test.runIf(LINUX && ROOT)('is neither taken over nor ended when another user gave it our mark', async () => {
    const first = await makeProcesses(SPECS);
    await first.workloads.open();
    const mark = await markOf(await pidOf(first.workloads, 'web'));
    await first.workloads.close();
    const forged = await bystander({ [MARK]: mark }, 65534);
    const { workloads } = await makeProcesses(SPECS, { stateDir: first.stateDir });
    await workloads.open();
    expect(await pidOf(workloads, 'web')).not.toBe(forged.pid);
    await workloads.restart('web', { force: true }, patience());
    expect(await lives(forged.pid)).toBe(true);
  });
});

async function afterKill(options: { followMs?: number } = {}) {
  const stateDir = await temporaryFolder();
  const { web: instance = '' } = await startedByKilledOwner(stateDir, SPECS);
  return { ...(await makeProcesses(SPECS, { stateDir, ...options })), instance };
}

function identity(pid: number): Promise<string | undefined> {
  return (LINUX ? createLinuxTable() : createMacosTable(createCommand())).identify(pid, patience());
}

async function markOf(pid: number): Promise<string> {
  const { stdout } = await createCommand().run('/bin/cat', [`/proc/${pid}/environ`], { timeoutMs: 5000 }, patience());
  return new RegExp(`${MARK}=([^\\0]+)`).exec(stdout)?.[1] ?? '';
}
