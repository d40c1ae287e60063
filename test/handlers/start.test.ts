import { expect, test } from 'vitest';
import start from '#handlers/start.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Workload } from '#src/operation/tools.ts';
import { beforeOf, runWith, toolsWith, workload, workOf } from './tools.ts';

const INPUT = { target: 'web' };
const STOPPED = workload({ state: 'stopped', healthy: false, detail: 'by request' });
const now = (more: Partial<Workload>) => toolsWith({ workloads: { get: async () => workload(more) } });

test('it changes a node, so it asks', () => {
  expect(start.risk).toBe('change');
  expect(start.question(start.parse({ target: 'podman/web' }))).toBe('Start podman/web?');
});

test('its plan shows the workload as it is and is bound to that', async () => {
  expect(await start.plan(workOf(start, INPUT, now(STOPPED)))).toEqual({
    facts: [{ label: 'Now', value: 'stopped for 1 min · by request', tone: 'bad' }],
    binds: 'stopped 1@a',
  });
});

test('its plan says when there is nothing to do', async () => {
  const { facts, binds } = await start.plan(workOf(start, INPUT, now({})));
  expect(facts[1]).toEqual({ label: 'Then', value: 'it runs already and is left as it is', tone: 'info' });
  expect(binds).toBe('running 1@a');
});

test('it has no plan for what its engine does not have', async () => {
  const plan = start.plan(workOf(start, INPUT, now({ state: 'missing' })));
  await expect(plan).rejects.toMatchObject({ code: 'missing' });
});

test('it remembers what was there before', async () => {
  expect(await beforeOf(start, INPUT, now(STOPPED))).toEqual({ instance: '1@a', ran: false });
});

test('it starts, notes the new process and waits until it is healthy', async () => {
  const asked: string[] = [];
  const tools = toolsWith({
    workloads: {
      get: async () => STOPPED,
      start: async (name) => {
        asked.push(name);
        return workload({ instance: '2@b', healthy: undefined, detail: 'pid 2' });
      },
      settled: async () => workload({ instance: '2@b', detail: 'pid 2, port 80' }),
    },
  });
  expect(await runWith(start, INPUT, tools)).toEqual({
    result: { state: 'healthy', already: false, detail: 'pid 2, port 80' },
    steps: ['start', 'healthy'],
    notes: ['pid 2'],
  });
  expect(asked).toEqual(['web']);
});

test('what runs already is told as that', async () => {
  const same = async () => workload({ healthy: undefined, detail: undefined });
  const tools = toolsWith({ workloads: { get: same, start: same, settled: same } });
  expect((await runWith(start, INPUT, tools)).result).toEqual({ state: 'running', already: true, detail: undefined });
});

test('what does not become healthy fails with the reason of the workload', async () => {
  const sick = new Problem('unhealthy', 'web does not run. Read its log.');
  const tools = toolsWith({
    workloads: { get: async () => STOPPED, start: async () => workload(), settled: () => Promise.reject(sick) },
  });
  await expect(runWith(start, INPUT, tools)).rejects.toBe(sick);
});

test.for([
  ['a new instance', { instance: '2@b' }, false, 'verified applied', 'web runs and is healthy.'],
  ['one that is not healthy yet', { instance: '2@b', healthy: undefined }, false, 'verified applied', 'web runs.'],
  ['one that ran before', {}, true, 'verified applied', 'web ran already and still does and is healthy.'],
  [
    'the old one, stopped',
    { state: 'stopped' as const },
    false,
    'verified not applied',
    'web does not run (stopped), as before. Ask again.',
  ],
  [
    'a new one that ended',
    { state: 'failed' as const, instance: '2@b' },
    false,
    'needs human',
    'web was started and does not run any more (failed). Look at its logs, then start it again.',
  ],
  [
    'an engine that is silent',
    { state: 'unknown' as const, engine: 'podman' as const },
    false,
    'needs human',
    'Nobody knows whether web runs: podman does not answer. Look at podman, then ask for its status.',
  ],
] as const)('after a crash it finds %s', async ([, more, ran, verdict, because]) => {
  const work = { ...workOf(start, INPUT, now(more)), before: { instance: '1@a', ran } };
  expect(await start.verify(work)).toEqual({ verdict, because });
});

test('its report says how long it took and offers the logs', () => {
  const told = { node: 'alpha', params: start.parse(INPUT), tookMs: 2_500 };
  const buttons = [{ label: 'Logs', operation: 'logs', input: { target: 'web' } }];
  expect(start.report({ ...told, result: { state: 'healthy', already: false, detail: 'pid 2' } })).toEqual({
    tone: 'ok',
    title: 'web started and healthy in 2.5 s',
    facts: [{ label: 'Now', value: 'pid 2' }],
    buttons,
  });
  expect(start.report({ ...told, result: { state: 'running', already: true } })).toEqual({
    tone: 'ok',
    title: 'web ran already and is running',
    facts: [],
    buttons,
  });
});
