import { expect, test } from 'vitest';
import stop from '#handlers/stop.ts';
import type { Fact } from '#src/operation/reply.ts';
import type { Workload } from '#src/operation/tools.ts';
import { beforeOf, runWith, toolsWith, workload, workOf } from './tools.ts';

const INPUT = { target: 'web' };
const now = (more: Partial<Workload>) => toolsWith({ workloads: { get: async () => workload(more) } });
const RUNS: Fact = { label: 'Now', value: 'running for 1 min · healthy · pid 1', tone: 'ok' };
const MEANS: Fact = { label: 'Then', value: 'it serves nobody until somebody starts it again', tone: 'warn' };

test('it changes a node, so it asks, and says when it is by force', () => {
  expect(stop.risk).toBe('change');
  expect(stop.question(stop.parse(INPUT))).toBe('Stop web?');
  expect(stop.question(stop.parse({ ...INPUT, force: true }))).toBe('Stop web by force?');
});

test('its plan warns what it means', async () => {
  expect(await stop.plan(workOf(stop, INPUT, now({})))).toEqual({ facts: [RUNS, MEANS], binds: 'running 1@a' });
  expect((await stop.plan(workOf(stop, { ...INPUT, force: true }, now({})))).facts).toEqual([
    RUNS,
    MEANS,
    { label: 'Force', value: 'what it has not saved is lost', tone: 'warn' },
  ]);
});

test('its plan for what does not run says that it stays so', async () => {
  const { facts, binds } = await stop.plan(workOf(stop, INPUT, now({ state: 'failed', instance: undefined })));
  expect(facts[1]).toEqual({ label: 'Then', value: 'it does not run and stays so', tone: 'info' });
  expect(binds).toBe('failed never ran');
});

test('it has no plan for what its engine does not have', async () => {
  await expect(stop.plan(workOf(stop, INPUT, now({ state: 'missing' })))).rejects.toMatchObject({ code: 'missing' });
});

test.for([false, true])('it stops the workload (force: %s)', async (force) => {
  const asked: unknown[] = [];
  const tools = toolsWith({
    workloads: {
      get: async () => workload(),
      stop: async (name, options) => {
        asked.push([name, options]);
        return workload({ state: 'stopped', detail: 'by request' });
      },
    },
  });
  expect(await runWith(stop, { ...INPUT, force }, tools)).toEqual({
    result: { already: false, detail: 'by request' },
    steps: ['stop'],
    notes: [],
  });
  expect(asked).toEqual([['web', { force }]]);
});

test.for([
  ['it stopped', { state: 'stopped' as const }, 'verified applied', 'web does not run any more.'],
  ['it ended', { state: 'failed' as const }, 'verified applied', 'web does not run any more.'],
  ['it still there', {}, 'verified not applied', 'web still runs as before. Ask again.'],
  [
    'a new one',
    { instance: '2@b' },
    'needs human',
    'A new web runs: something started it meanwhile. Find out what, then stop it again.',
  ],
  [
    'an engine that is silent',
    { state: 'unknown' as const },
    'needs human',
    'Nobody knows whether web runs: process does not answer. Look at process, then ask for its status.',
  ],
] as const)('after a crash it finds %s', async ([, more, verdict, because]) => {
  const before = await beforeOf(stop, INPUT, now({}));
  expect(before).toEqual({ instance: '1@a', ran: true });
  expect(await stop.verify({ ...workOf(stop, INPUT, now(more)), before })).toEqual({ verdict, because });
});

test('after a crash, what did not run before does not run', async () => {
  const work = { ...workOf(stop, INPUT, now({ state: 'stopped' })), before: { instance: '1@a', ran: false } };
  expect(await stop.verify(work)).toEqual({ verdict: 'verified applied', because: 'web does not run.' });
});

test('its report offers to start it again', () => {
  const told = { node: 'alpha', params: stop.parse(INPUT), tookMs: 1_200 };
  const buttons = [
    { label: 'Start', operation: 'start', input: { target: 'web' } },
    { label: 'Logs', operation: 'logs', input: { target: 'web' } },
  ];
  expect(stop.report({ ...told, result: { already: false, detail: 'by request' } })).toEqual({
    tone: 'ok',
    title: 'web stopped in 1.2 s',
    facts: [{ label: 'Now', value: 'by request' }],
    buttons,
  });
  expect(stop.report({ ...told, result: { already: true } })).toMatchObject({ title: 'web did not run', facts: [] });
});
