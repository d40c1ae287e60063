import { describe, expect, test } from 'vitest';
import type { Excuse } from '#src/agent/watch/workloads.ts';
import { watchWorkloads } from '#src/agent/watch/workloads.ts';
import type { Workload, Workloads } from '#src/operation/tools.ts';

const { signal } = new AbortController();
const web: Workload = {
  ...{ name: 'web', engine: 'podman', state: 'running', expected: true, healthy: true, instance: 'a' },
  ...{ forMs: 65_000, restarts: 2, detail: 'exit code 137' },
};

/** What a look at these workloads says, each as `fingerprint: title` or `fingerprint: ok`. */
async function lookAt(list: Workload[], excuse: Excuse = () => undefined) {
  const workloads = { list: async () => list, logs: async () => 'last words' } as unknown as Workloads;
  return await watchWorkloads(workloads, excuse).look(signal);
}
async function titles(list: Workload[], excuse?: Excuse): Promise<Record<string, string>> {
  const readings = await lookAt(list, excuse);
  return Object.fromEntries(
    readings.map(({ fingerprint, trouble }) => [
      fingerprint,
      trouble === undefined ? 'ok' : trouble === 'unsure' ? trouble : trouble.title,
    ]),
  );
}

describe('a workload', () => {
  test.each<[string, Partial<Workload>, string]>([
    ['that runs and is healthy', {}, 'ok'],
    ['that runs and has no health check', { healthy: undefined }, 'ok'],
    ['that runs and is unhealthy', { healthy: false }, 'web is unhealthy'],
    ['that ended', { state: 'failed' }, 'web is down'],
    ['that was stopped', { state: 'stopped' }, 'web is stopped'],
    ['that is not there', { state: 'missing' }, 'web is missing'],
  ])('%s: %j', async (_, change, title) => {
    expect(await titles([{ ...web, ...change }])).toEqual({ 'engine podman': 'ok', 'workload web': title });
  });

  test("that was only found is nobody's worry", async () => {
    expect(await titles([{ ...web, state: 'failed', expected: false }])).toEqual({});
  });

  test('on which a job works says nothing now', async () => {
    expect(await titles([{ ...web, state: 'failed' }], () => 'busy')).toMatchObject({ 'workload web': 'unsure' });
  });

  test('that a person has stopped is as it should be, but not when it is unhealthy', async () => {
    const stopped: Excuse = () => 'stopped';
    expect(await titles([{ ...web, state: 'stopped' }], stopped)).toMatchObject({ 'workload web': 'ok' });
    expect(await titles([{ ...web, healthy: false }], stopped)).toMatchObject({ 'workload web': 'web is unhealthy' });
  });

  test('comes with its state, its last lines, and what to do', async () => {
    const [, reading] = await lookAt([{ ...web, state: 'failed' }]);
    expect(reading?.trouble).toEqual({
      tone: 'bad',
      title: 'web is down',
      facts: [
        { label: 'State', value: 'failed, exit code 137' },
        { label: 'For', value: '1 min 5 s' },
        { label: 'Restarts', value: '2' },
      ],
      block: { label: 'The last lines of web', text: 'last words' },
      buttons: [
        { label: 'Restart web', operation: 'restart', input: { target: 'web' } },
        { label: 'Logs', operation: 'logs', input: { target: 'web' } },
      ],
    });
  });
});

test('an engine that does not answer is one trouble, and its workloads say nothing', async () => {
  const away = { state: 'unknown' as const, detail: 'no socket at /run/podman/podman.sock' };
  const list = [
    { ...web, ...away },
    { ...web, name: 'db', ...away },
    { ...web, name: 'demo', engine: 'process' as const },
  ];
  expect(await titles(list)).toEqual({
    'engine podman': 'podman does not answer',
    'engine process': 'ok',
    'workload web': 'unsure',
    'workload db': 'unsure',
    'workload demo': 'ok',
  });
  const [engine] = await lookAt(list);
  expect(engine?.trouble).toMatchObject({
    facts: [
      { label: 'Reason', value: 'no socket at /run/podman/podman.sock' },
      { label: 'Workloads', value: '2 of which nothing is known' },
    ],
  });
});
