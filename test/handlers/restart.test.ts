import { expect, test } from 'vitest';
import restart from '#handlers/restart.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Workload } from '#src/operation/tools.ts';
import { beforeOf, runWith, toolsWith, workload, workOf } from './tools.ts';

const INPUT = { target: 'web' };
const now = (more: Partial<Workload>) => toolsWith({ workloads: { get: async () => workload(more) } });

test('it asks by name, and says when it is by force', () => {
  expect(restart.question(restart.parse(INPUT))).toBe('Restart web?');
  expect(restart.question(restart.parse({ ...INPUT, force: true }))).toBe('Restart web by force?');
});

test('its plan shows the workload as it is and is bound to that instance', async () => {
  expect(await restart.plan(workOf(restart, INPUT, now({})))).toEqual({
    facts: [{ label: 'Now', value: 'running for 1 min · healthy · pid 1', tone: 'ok' }],
    binds: '1@a',
  });
});

test('its plan for what never ran is bound to that', async () => {
  const tools = now({ state: 'stopped', instance: undefined, healthy: undefined, forMs: undefined, detail: undefined });
  expect(await restart.plan(workOf(restart, INPUT, tools))).toEqual({
    facts: [{ label: 'Now', value: 'stopped', tone: 'bad' }],
    binds: 'not running',
  });
});

test('it has no plan for what its engine does not have', async () => {
  const gone = now({ state: 'missing', engine: 'podman' });
  await expect(restart.plan(workOf(restart, INPUT, gone))).rejects.toMatchObject({
    code: 'missing',
    message: 'web is declared here, but podman does not have it. Make it there, or take it out of node.workloads.',
  });
});

test('it remembers the instance from before', async () => {
  expect(await beforeOf(restart, INPUT, now({ instance: '7@g' }))).toEqual({ instance: '7@g' });
});

test('it restarts, notes the new process and waits until it is healthy', async () => {
  const asked: unknown[] = [];
  const tools = toolsWith({
    workloads: {
      restart: async (name, options) => {
        asked.push([name, options]);
        return workload({ healthy: undefined, detail: 'pid 2' });
      },
      settled: async () => workload({ detail: 'pid 2, port 80' }),
    },
  });
  expect(await runWith(restart, { ...INPUT, force: true }, tools)).toEqual({
    result: { state: 'healthy', detail: 'pid 2, port 80' },
    steps: ['restart', 'healthy'],
    notes: ['pid 2'],
  });
  expect(asked).toEqual([['web', { force: true }]]);
});

test('what has no health check is running, not healthy', async () => {
  const bare = workload({ healthy: undefined, detail: undefined });
  const tools = toolsWith({ workloads: { restart: async () => bare, settled: async () => bare } });
  expect(await runWith(restart, INPUT, tools)).toEqual({
    result: { state: 'running', detail: undefined },
    steps: ['restart', 'healthy'],
    notes: [],
  });
});

test('what does not become healthy fails with the reason of the workload', async () => {
  const sick = new Problem('unhealthy', 'web does not run. Read its log.');
  const tools = toolsWith({ workloads: { restart: async () => workload(), settled: () => Promise.reject(sick) } });
  await expect(runWith(restart, INPUT, tools)).rejects.toBe(sick);
});

test.for([
  ['a new instance', { instance: '2@b' }, { verdict: 'verified applied', because: 'A new web runs and is healthy.' }],
  [
    'a new instance that is not healthy yet',
    { instance: '2@b', healthy: undefined },
    { verdict: 'verified applied', because: 'A new web runs.' },
  ],
  [
    'the instance from before',
    {},
    { verdict: 'verified not applied', because: 'web still runs as before. Ask again.' },
  ],
  [
    'nothing',
    { state: 'failed' as const },
    {
      verdict: 'needs human',
      because: 'web does not run (failed). Restart it again when you have looked at its logs.',
    },
  ],
] as const)('after a crash it finds %s', async ([, more, verified]) => {
  const work = { ...workOf(restart, INPUT, now(more)), before: { instance: '1@a' } };
  expect(await restart.verify(work)).toEqual(verified);
});

test('its report says how long it took and offers the logs', () => {
  const told = { node: 'alpha', params: restart.parse(INPUT), tookMs: 2_500 };
  const buttons = [{ label: 'Logs', operation: 'logs', input: { target: 'web' } }];
  expect(restart.report({ ...told, result: { state: 'healthy', detail: 'pid 2' } })).toEqual({
    tone: 'ok',
    title: 'web restarted and healthy in 2.5 s',
    facts: [{ label: 'Now', value: 'pid 2' }],
    buttons,
  });
  expect(restart.report({ ...told, result: { state: 'running' } })).toEqual({
    tone: 'ok',
    title: 'web restarted and running in 2.5 s',
    facts: [],
    buttons,
  });
});
