import { expect, test } from 'vitest';
import type { Workloads } from '#src/operation/tools.ts';
import { patience, until } from './temporary.ts';

type Open = () => Promise<Workloads>;

/** What the port promises of start. */
export function testStarting(open: Open): void {
  test('runs a new instance of one that was stopped', async () => {
    const workloads = await open();
    const before = await workloads.stop('web', { force: false }, patience());
    const started = await workloads.start('web', patience());
    expect(started).toMatchObject({ name: 'web', state: 'running' });
    expect(started.instance).not.toBe(before.instance);
    expect(await workloads.settled('web', patience())).toMatchObject({ instance: started.instance, healthy: true });
  });

  test('leaves one that runs as it is', async () => {
    const workloads = await open();
    const { instance } = await workloads.settled('web', patience());
    expect(await workloads.start('web', patience())).toMatchObject({ state: 'running', instance });
    expect((await workloads.get('web', patience())).instance).toBe(instance);
  });

  test('runs a new instance of one that has failed', async () => {
    const workloads = await open();
    await until(async () => (await workloads.get('broken', patience())).state === 'failed', 'broken to fail');
    const before = await workloads.get('broken', patience());
    await workloads.start('broken', patience());
    expect((await workloads.get('broken', patience())).instance).not.toBe(before.instance);
  });

  test('twice at once gives one instance', async () => {
    const workloads = await open();
    await workloads.stop('plain', { force: true }, patience());
    const [one, two] = await Promise.all([1, 2].map(() => workloads.start('plain', patience())));
    expect(one?.instance).toBe(two?.instance);
  });

  test('does not happen when it was cancelled before', async () => {
    const workloads = await open();
    await workloads.stop('plain', { force: true }, patience());
    await expect(workloads.start('plain', AbortSignal.abort())).rejects.toThrow('aborted');
    expect((await workloads.get('plain', patience())).state).toBe('stopped');
  });
}

/** What the port promises of stop. */
export function testStopping(open: Open): void {
  test.each([false, true])('ends it, and it stays stopped (force: %s)', async (force) => {
    const workloads = await open();
    await workloads.settled('web', patience());
    expect(await workloads.stop('web', { force }, patience())).toMatchObject({ name: 'web', state: 'stopped' });
    expect((await workloads.get('web', patience())).state).toBe('stopped');
    await expect(workloads.settled('web', patience())).rejects.toMatchObject({
      code: 'unhealthy',
      message: expect.stringContaining('web'),
    });
    expect((await workloads.list(patience()))[0]).toMatchObject({ name: 'web', state: 'stopped', expected: true });
  });

  test('twice is stopped as well', async () => {
    const workloads = await open();
    await workloads.stop('plain', { force: true }, patience());
    expect(await workloads.stop('plain', { force: false }, patience())).toMatchObject({ state: 'stopped' });
  });

  test('one that has failed does not make it run', async () => {
    const workloads = await open();
    await until(async () => (await workloads.get('broken', patience())).state === 'failed', 'broken to fail');
    const { instance } = await workloads.get('broken', patience());
    const stopped = await workloads.stop('broken', { force: false }, patience());
    expect(stopped.state).not.toBe('running');
    expect(stopped.instance).toBe(instance);
  });

  test('is undone by a restart', async () => {
    const workloads = await open();
    const before = await workloads.stop('plain', { force: true }, patience());
    const restarted = await workloads.restart('plain', { force: false }, patience());
    expect(restarted).toMatchObject({ state: 'running' });
    expect(restarted.instance).not.toBe(before.instance);
  });

  test('does not happen when it was cancelled before', async () => {
    const workloads = await open();
    const before = await workloads.get('plain', patience());
    await expect(workloads.stop('plain', { force: true }, AbortSignal.abort())).rejects.toThrow('aborted');
    expect(await workloads.get('plain', patience())).toMatchObject({ state: 'running', instance: before.instance });
  });
}

/** What the port promises of restart. */
export function testRestarting(open: Open): void {
  test.each([false, true])('gives a new instance (force: %s)', async (force) => {
    const workloads = await open();
    const before = await workloads.settled('web', patience());
    const restarted = await workloads.restart('web', { force }, patience());
    expect(restarted).toMatchObject({ name: 'web', state: 'running' });
    expect(restarted.instance).not.toBe(before.instance);
    expect(await workloads.settled('web', patience())).toMatchObject({ instance: restarted.instance, healthy: true });
  });

  test('starts one that has failed', async () => {
    const workloads = await open();
    await until(async () => (await workloads.get('broken', patience())).state === 'failed', 'broken to fail');
    const before = await workloads.get('broken', patience());
    await workloads.restart('broken', { force: false }, patience());
    expect((await workloads.get('broken', patience())).instance).not.toBe(before.instance);
  });

  test('happens one at a time for one name', async () => {
    const workloads = await open();
    const restarts = ['a', 'b', 'c'].map(() => workloads.restart('web', { force: false }, patience()));
    const instances = (await Promise.all(restarts)).map(({ instance }) => instance);
    expect(new Set(instances).size).toBe(3);
    expect((await workloads.get('web', patience())).instance).toBe(instances.at(-1));
  });

  test('does not happen when it was cancelled before', async () => {
    const workloads = await open();
    const before = await workloads.get('web', patience());
    await expect(workloads.restart('web', { force: false }, AbortSignal.abort())).rejects.toThrow('aborted');
    expect((await workloads.get('web', patience())).instance).toBe(before.instance);
  });
}
