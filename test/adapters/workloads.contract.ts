import { describe, expect, onTestFinished, test } from 'vitest';
import type { Workloads } from '#src/operation/tools.ts';
import { patience, until } from './temporary.ts';
import { testRestarting, testStarting, testStopping } from './workloads.control.ts';

/**
 * A node with these workloads, in this order, all of them started:
 * `web` answers its health check and has `HIDDEN` as the value of a variable in its environment; `plain` has none and writes `line 1` to `line 50` when it starts;
 * `sick` runs, writes `no database`, and never becomes healthy (it has less than 2 s to do so); `broken` writes `no licence` and ends at once with exit code 3.
 */
export interface Made {
  workloads: Workloads;
  /** Stops everything and removes it. */
  dispose(): Promise<void>;
}

/** What must never be told of the environment of `web`. */
export const HIDDEN = 'not-for-the-chat-5f1c';

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
    describe('inspecting', () => testInspecting(open));
    describe('starting', () => testStarting(open));
    describe('stopping', () => testStopping(open));
    describe('restarting', () => testRestarting(open));
    describe('settling', () => testSettling(open));
    describe('logs', () => testLogs(open));
    test('a name that is not declared is refused everywhere, with the one that was meant', async () => {
      const workloads = await open();
      const refused = { code: 'unknown-target', message: 'There is no workload "wbe" here. Did you mean web?' };
      await expect(workloads.get('wbe', patience())).rejects.toMatchObject(refused);
      await expect(workloads.inspect('wbe', patience())).rejects.toMatchObject(refused);
      await expect(workloads.logs('wbe', { lines: 1 }, patience())).rejects.toMatchObject(refused);
      await expect(workloads.start('wbe', patience())).rejects.toMatchObject(refused);
      await expect(workloads.stop('wbe', { force: false }, patience())).rejects.toMatchObject(refused);
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
    expect(list.every((one) => one.expected && one.engine === list[0]?.engine)).toBe(true);
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

function testInspecting(open: Open): void {
  test('tells the workload with what it uses, and nothing of its environment', async () => {
    const workloads = await open();
    const { instance } = await workloads.settled('web', patience());
    const { workload, limits, usage, about } = await workloads.inspect('web', patience());
    expect(workload).toMatchObject({ name: 'web', state: 'running', healthy: true, instance });
    expect(Object.keys(limits).sort()).toEqual(['cpus', 'memoryBytes', 'pids', 'reservedBytes', 'swapBytes']);
    // Every engine may say that it does not know, but what it says must be true of a small program.
    expect(usage.memoryBytes ?? 100_001).toBeGreaterThan(100_000);
    expect(usage.memoryBytes ?? 0).toBeLessThan(4e9);
    expect(usage.pids ?? 1).toBeGreaterThanOrEqual(1);
    expect(usage.cpuPercent ?? 0).toBeGreaterThanOrEqual(0);
    expect(about.every(({ label, value }) => label !== '' && value !== '')).toBe(true);
    expect(JSON.stringify(about)).not.toContain(HIDDEN);
  });

  test('one that does not run uses nothing', async () => {
    const workloads = await open();
    await workloads.stop('plain', { force: true }, patience());
    const { workload, usage } = await workloads.inspect('plain', patience());
    expect(workload.state).toBe('stopped');
    expect(usage).toEqual({ memoryBytes: undefined, cpuPercent: undefined, pids: undefined });
  });

  test('throws when it was cancelled', async () => {
    await expect((await open()).inspect('plain', AbortSignal.abort())).rejects.toThrow('aborted');
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
    // An engine may put in a word of its own, such as that it has started.
    const own = (await workloads.logs('plain', { lines: 6 }, patience())).split('\n');
    const last = own.filter((line) => /line \d+$/.test(line)).slice(-3);
    expect(last.join('\n')).toMatch(/line 48\n.*line 49\n.*line 50$/);
    expect(await workloads.logs('plain', { lines: 3 }, patience())).toMatch(/^[^\n]*\n[^\n]*\n[^\n]*$/);
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
