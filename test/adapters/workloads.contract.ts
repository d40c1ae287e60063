import { describe, expect, onTestFinished, test } from 'vitest';
import type { Workloads } from '#src/operation/tools.ts';
import { patience, until } from './temporary.ts';

/**
 * A node with these workloads, in this order, all of them started:
 * `web` answers its health check; `plain` has none and writes `line 1` to `line 50` when it starts;
 * `sick` runs, writes `no database`, and never becomes healthy (it has less than 2 s to do so); `broken` writes `no licence` and ends at once with exit code 3.
 */
export interface Made {
  workloads: Workloads;
  /** Stops everything and removes it. */
  dispose(): Promise<void>;
}

const NAMES = ['web', 'plain', 'sick', 'broken'];

/** All that the port promises; an adapter passes it with nothing but a way to make such a node. */
export function testWorkloads(name: string, make: () => Promise<Made>): void {
  const open = async () => {
    const { workloads, dispose } = await make();
    onTestFinished(dispose);
    return workloads;
  };
  describe(name, () => {
    describe('looking', () => testLooking(open));
    describe('restarting', () => testRestarting(open));
    describe('settling', () => testSettling(open));
    describe('logs', () => testLogs(open));
    test('a name that is not declared is refused everywhere, with the one that was meant', async () => {
      const workloads = await open();
      const refused = { code: 'unknown-target', message: 'There is no workload "wbe" here. Did you mean web?' };
      await expect(workloads.get('wbe', patience())).rejects.toMatchObject(refused);
      await expect(workloads.logs('wbe', { lines: 1 }, patience())).rejects.toMatchObject(refused);
      await expect(workloads.restart('wbe', { force: false }, patience())).rejects.toMatchObject(refused);
      await expect(workloads.settled('wbe', patience())).rejects.toMatchObject(refused);
      await expect(workloads.get('__proto__', patience())).rejects.toMatchObject({ code: 'unknown-target' });
    });
  });
}

type Open = () => Promise<Workloads>;

function testLooking(open: Open): void {
  test('all come in the order of the configuration, whatever their state', async () => {
    const workloads = await open();
    await until(async () => (await workloads.get('broken', patience())).state === 'failed', 'broken to fail');
    const list = await workloads.list(patience());
    expect(list.map((one) => one.name)).toEqual(NAMES);
    expect(list.map((one) => one.state)).toEqual(['running', 'running', 'running', 'failed']);
  });

  test('a running one tells its instance, its age and its health', async () => {
    const workloads = await open();
    await workloads.settled('web', patience());
    const web = await workloads.get('web', patience());
    expect(web).toMatchObject({ name: 'web', state: 'running', healthy: true, instance: expect.any(String) });
    expect(web.forMs).toBeGreaterThanOrEqual(0);
    expect(web.forMs).toBeLessThan(20_000);
    expect((await workloads.get('web', patience())).instance).toBe(web.instance);
  });

  test('one without a health check is neither healthy nor unhealthy', async () => {
    expect(await (await open()).get('plain', patience())).toMatchObject({ state: 'running', healthy: undefined });
  });

  test('one that ended tells how', async () => {
    const workloads = await open();
    await until(async () => (await workloads.get('broken', patience())).state === 'failed', 'broken to fail');
    expect(await workloads.get('broken', patience())).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('3'),
    });
  });

  test('a cancelled look throws', async () => {
    const workloads = await open();
    await expect(workloads.list(AbortSignal.abort())).rejects.toThrow('aborted');
    await expect(workloads.get('plain', AbortSignal.abort())).rejects.toThrow('aborted');
  });
}

function testRestarting(open: Open): void {
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

function testSettling(open: Open): void {
  test('waits until it is healthy', async () => {
    const workloads = await open();
    await workloads.restart('web', { force: false }, patience());
    expect(await workloads.settled('web', patience())).toMatchObject({ state: 'running', healthy: true });
  });

  test('waits a moment where no health check is declared', async () => {
    expect(await (await open()).settled('plain', patience())).toMatchObject({ state: 'running', healthy: undefined });
  });

  test('throws with its last words when it does not become healthy', async () => {
    const workloads = await open();
    await untilWritten(workloads, 'sick', 'no database');
    await expect(workloads.settled('sick', patience())).rejects.toMatchObject({
      code: 'unhealthy',
      message: expect.stringContaining('sick'),
      evidence: expect.stringContaining('no database'),
    });
  });

  test('throws with its last words when it ends', async () => {
    const settling = (await open()).settled('broken', patience());
    await expect(settling).rejects.toMatchObject({
      code: 'unhealthy',
      evidence: expect.stringContaining('no licence'),
    });
  });

  test('ends with its signal', async () => {
    const workloads = await open();
    const cancel = new AbortController();
    const settling = workloads.settled('sick', cancel.signal);
    cancel.abort();
    await expect(settling).rejects.toThrow('aborted');
  });
}

function testLogs(open: Open): void {
  test('are its last lines, the newest last', async () => {
    const workloads = await open();
    await untilWritten(workloads, 'plain', 'line 50');
    expect(await workloads.logs('plain', { lines: 3 }, patience())).toMatch(/line 48\n.*line 49\n.*line 50$/);
  });

  test('are picked by plain text', async () => {
    const workloads = await open();
    await untilWritten(workloads, 'plain', 'line 50');
    expect(await workloads.logs('plain', { lines: 100, grep: 'line 4' }, patience())).toMatch(
      /line 4\n(.*line 4\d\n){9}.*line 49$/,
    );
    expect(await workloads.logs('plain', { lines: 100, grep: 'l.ne' }, patience())).toBe('');
  });

  test('since a long time hold all of it', async () => {
    const workloads = await open();
    await untilWritten(workloads, 'plain', 'line 50');
    const lines = await workloads.logs('plain', { lines: 100, sinceMs: 3_600_000, grep: 'line ' }, patience());
    expect(lines.split('\n')).toHaveLength(50);
  });

  test('stay over a restart', async () => {
    const workloads = await open();
    await untilWritten(workloads, 'plain', 'line 50');
    await workloads.restart('plain', { force: true }, patience());
    await until(
      async () => (await all(workloads)).filter((line) => line.includes('line 50')).length === 2,
      'both runs',
    );
  });
}

async function untilWritten(workloads: Workloads, name: string, text: string): Promise<void> {
  await until(
    async () => (await workloads.logs(name, { lines: 1, grep: text }, patience())) !== '',
    `${name} to write`,
  );
}

async function all(workloads: Workloads): Promise<string[]> {
  return (await workloads.logs('plain', { lines: 500 }, patience())).split('\n');
}
