import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Podman } from '../../fixtures/podman.ts';
import { IMAGE, launchPodman, whyWithoutPodman } from '../../fixtures/podman.ts';
import { patience, until } from '../temporary.ts';
import { lasting, openWorkloads, startContainers, WEB } from './made.ts';

const WHY_NOT = whyWithoutPodman();
const MB = 1024 * 1024;

describe.skipIf(WHY_NOT !== undefined)(`containers of a real Podman${WHY_NOT ? ` (${WHY_NOT})` : ''}`, () => {
  let podman: Podman;
  beforeAll(async () => {
    podman = await launchPodman();
  });
  afterAll(() => podman.stop());

  test('one that is killed from outside has failed with its exit code', async () => {
    await startContainers(podman, { web: lasting('echo up') });
    const { workloads } = openWorkloads(podman.socket, { web: {} });
    const { instance } = await workloads.get('web', patience());
    process.kill(await podman.pidOf('web'), 'SIGKILL');
    await until(async () => (await workloads.get('web', patience())).state !== 'running', 'web to end');
    expect(await workloads.get('web', patience())).toMatchObject({
      state: 'failed',
      detail: 'exit code 137 (SIGKILL)',
      instance,
    });
  });

  test('one that is stopped by force is stopped, although its exit code is that of a kill', async () => {
    await startContainers(podman, { deaf: { script: 'trap "" TERM; while :; do sleep 1; done' } });
    const { workloads, logged } = openWorkloads(podman.socket, { deaf: { stopTimeout: '1s' } });
    expect(await workloads.stop('deaf', { force: false }, patience())).toMatchObject({
      state: 'stopped',
      detail: 'exit code 137 (SIGKILL)',
    });
    expect(logged).toHaveLength(1);
  });

  test('one that is removed is missing, and made anew another instance', async () => {
    await startContainers(podman, { web: lasting('echo up') });
    const { workloads } = openWorkloads(podman.socket, { web: {} });
    const before = await workloads.get('web', patience());
    await podman.remove('web');
    const missing = { state: 'missing', expected: true, instance: undefined, detail: 'there is no container web' };
    expect(await workloads.list(patience())).toMatchObject([missing]);
    expect((await workloads.inspect('web', patience())).workload).toMatchObject(missing);
    for (const act of [
      () => workloads.start('web', patience()),
      () => workloads.restart('web', { force: true }, patience()),
      () => workloads.logs('web', { lines: 1 }, patience()),
      () => workloads.settled('web', patience()),
    ])
      await expect(act()).rejects.toMatchObject({ code: 'missing', message: expect.stringContaining('container web') });
    await podman.create('web', lasting('echo up'));
    expect(await workloads.get('web', patience())).toMatchObject({ state: 'stopped', detail: 'never started' });
    await workloads.start('web', patience());
    const after = await workloads.get('web', patience());
    expect(after.state).toBe('running');
    expect(after.instance?.split('@')[0]).not.toBe(before.instance?.split('@')[0]);
  });

  test('those that nobody declared come after the others, when they are asked for', async () => {
    await startContainers(podman, { zoo: lasting('true'), other: lasting('true'), UPPER: lasting('true') });
    const declared = { web: { container: 'zoo' }, gone: {} };
    const { workloads } = openWorkloads(podman.socket, declared, { discover: true });
    const list = await workloads.list(patience());
    expect(list.map(({ name, expected, state }) => [name, expected, state])).toEqual([
      ['web', true, 'running'],
      ['gone', true, 'missing'],
      ['other', false, 'running'],
    ]);
    expect(await workloads.restart('other', { force: true }, patience())).toMatchObject({
      name: 'other',
      expected: false,
    });
    await expect(workloads.get('zoo', patience())).rejects.toMatchObject({ code: 'unknown-target' });
    const { workloads: closed } = openWorkloads(podman.socket, declared);
    expect((await closed.list(patience())).map(({ name }) => name)).toEqual(['web', 'gone']);
    await expect(closed.get('other', patience())).rejects.toMatchObject({ code: 'unknown-target' });
  });

  test('limits come back as they were given', async () => {
    const memory = { Memory: 700 * MB, MemoryReservation: 500 * MB, MemorySwap: 2700 * MB };
    const host = { ...memory, NanoCpus: 1e9, PidsLimit: 100 };
    await startContainers(podman, { web: { ...lasting('true'), host }, free: lasting('true') });
    const { workloads } = openWorkloads(podman.socket, { web: {}, free: {} });
    expect((await workloads.inspect('web', patience())).limits).toEqual({
      memoryBytes: 700 * MB,
      reservedBytes: 500 * MB,
      swapBytes: 2700 * MB,
      cpus: 1,
      pids: 100,
    });
    const { limits } = await workloads.inspect('free', patience());
    expect(limits).toMatchObject({ memoryBytes: undefined, reservedBytes: undefined, cpus: undefined });
  });

  test('CPU is what was used between two samples', async () => {
    const host = { Memory: 64 * MB };
    await startContainers(podman, { busy: { script: 'while :; do :; done', host }, idle: lasting('true') });
    const { workloads } = openWorkloads(podman.socket, { busy: {}, idle: {} });
    const [busy, idle] = await Promise.all(['busy', 'idle'].map((name) => workloads.inspect(name, patience())));
    expect(busy?.usage.cpuPercent).toBeGreaterThan(5);
    expect(busy?.usage.cpuPercent).toBeLessThan(150);
    expect(idle?.usage.cpuPercent).toBeLessThan(5);
    expect(busy?.usage).toMatchObject({ pids: 1 });
    expect(busy?.usage.memoryBytes).toBeLessThan(64 * MB);
  });

  test('binds of the host are told, and arguments and variables are not', async () => {
    const plan = { ...lasting('echo passw0rd-in-script'), env: ['TOKEN=passw0rd-in-env'] };
    const host = { Binds: ['/etc:/host/etc:ro'], RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } };
    await startContainers(podman, { web: { ...plan, host } });
    const { workloads } = openWorkloads(podman.socket, { web: {} });
    const { about } = await workloads.inspect('web', patience());
    expect(about).toEqual(
      expect.arrayContaining([
        { label: 'Image', value: expect.stringMatching(`^${IMAGE} \\([0-9a-f]{12}\\)$`) },
        { label: 'Command', value: '/bin/sh with 2 arguments' },
        { label: 'Mount', value: 'bind /etc -> /host/etc, read only' },
        { label: 'Restart policy', value: 'on-failure, at most 3 times' },
        { label: 'Health check', value: 'none' },
      ]),
    );
    expect(JSON.stringify(about)).not.toContain('passw0rd');
  });

  test('one whose program is not there cannot start, in the words of the engine', async () => {
    await startContainers(podman, { web: lasting('true') });
    await podman.remove('web');
    await podman.ask('POST', '/containers/create?name=web', {
      Image: IMAGE,
      Cmd: ['/no/such'],
      HostConfig: { NetworkMode: 'none' },
    });
    const { workloads } = openWorkloads(podman.socket, { web: {} });
    await expect(workloads.start('web', patience())).rejects.toMatchObject({
      code: 'cannot-start',
      message: expect.stringMatching(/container web cannot start: .*no such file.*podman inspect web$/),
    });
  });

  test('one that is paused runs, and says so', async () => {
    await startContainers(podman, { web: WEB });
    const { workloads } = openWorkloads(podman.socket, { web: {} });
    await workloads.settled('web', patience());
    await podman.ask('POST', '/containers/web/pause');
    onTestFinished(async () => void (await podman.ask('POST', '/containers/web/unpause')));
    expect(await workloads.get('web', patience())).toMatchObject({ state: 'running', detail: 'paused' });
    expect(await workloads.start('web', patience())).toMatchObject({ state: 'running', detail: 'paused' });
  });

  test('a health check that no timer runs is run when it is due, and not more often', async () => {
    const check = { script: 'echo x >> /tmp/asked; echo no database; false', intervalMs: 60_000 };
    await startContainers(podman, { web: { ...lasting('true'), health: check } });
    const clock = { ahead: 0 };
    const { workloads } = openWorkloads(podman.socket, { web: {} }, { now: () => Date.now() + clock.ahead });
    const asked = async () => {
      await workloads.list(patience());
      return (await workloads.inspect('web', patience())).about.at(-1)?.value;
    };
    await until(async () => (await workloads.get('web', patience())).healthy === false, 'the first check');
    expect(await workloads.get('web', patience())).toMatchObject({ detail: 'health check: no database' });
    const once = await asked();
    expect(await asked()).toBe(once);
    clock.ahead = 61_000;
    await workloads.get('web', patience());
    expect(await asked()).not.toBe(once);
  });

  test('an abort lets go of a restart, which is finished all the same before the next begins', async () => {
    await startContainers(podman, { deaf: { script: 'trap "" TERM; while :; do sleep 1; done' } });
    const { workloads } = openWorkloads(podman.socket, { deaf: { stopTimeout: '1s' } });
    const { instance } = await workloads.get('deaf', patience());
    const cancel = new AbortController();
    const cancelled = workloads.restart('deaf', { force: false }, cancel.signal);
    const next = workloads.restart('deaf', { force: true }, patience());
    await until(async () => (await workloads.get('deaf', patience())).detail === 'stopping', 'it to be stopping');
    cancel.abort();
    await expect(cancelled).rejects.toThrow('aborted');
    expect((await next).instance).not.toBe(instance);
  });

  test('a DOCKER_HOST that points elsewhere changes nothing for a socket that is configured', async () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { workloads } = openWorkloads(podman.socket, { web: {} });
    expect(await workloads.list(patience())).toMatchObject([{ state: 'missing' }]);
  });
});
