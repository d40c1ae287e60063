import { expect, test } from 'vitest';
import status from '#handlers/status.ts';
import type { Fact } from '#src/operation/reply.ts';
import { runWith, toolsWith, workload } from './tools.ts';

const WELL: Fact = { label: 'web', value: 'running for 1 min · healthy · process · pid 1', tone: 'ok' };
const DOWN: Fact = { label: 'db', value: 'failed for 1.0 s · process · exit code 1', tone: 'bad' };
const FOUND: Fact = { label: 'cache', value: 'stopped · podman · not declared', tone: 'info' };

function report(facts: Fact[], declared: number, down: { name: string; state: string }[] = [], wrong = '') {
  return status.report({
    node: 'alpha',
    params: status.parse({}),
    result: { facts, declared, down, wrong },
    tookMs: 1,
  });
}

test('it tells each workload with its engine, and which of the declared ones are down', async () => {
  const db = workload({ name: 'db', state: 'failed', healthy: false, forMs: 1_000, detail: 'exit code 1' });
  const ill = workload({ name: 'ill', healthy: false, detail: undefined, engine: 'podman', restarts: 2 });
  const gone = { healthy: undefined, forMs: undefined, detail: undefined, engine: 'podman' } as const;
  const list = async () => [
    workload(),
    db,
    ill,
    workload({ ...gone, name: 'gone', state: 'missing' }),
    workload({ ...gone, name: 'cache', state: 'stopped', expected: false }),
  ];
  expect(await runWith(status, {}, toolsWith({ workloads: { list } }))).toEqual({
    result: {
      facts: [
        WELL,
        DOWN,
        { label: 'ill', value: 'running for 1 min · not healthy · podman · started again 2 times', tone: 'bad' },
        { label: 'gone', value: 'missing · podman', tone: 'bad' },
        FOUND,
      ],
      declared: 4,
      down: [
        { name: 'db', state: 'failed' },
        { name: 'ill', state: 'running' },
        { name: 'gone', state: 'missing' },
      ],
      wrong: '1 failed, 1 unhealthy, 1 missing',
    },
    steps: ['look'],
    notes: [],
  });
});

test('its report is short when all is well', () => {
  expect(report([WELL], 1)).toEqual({ tone: 'ok', title: 'all is well with 1 workload', facts: [WELL], buttons: [] });
});

test('its report says how many were found beside the declared ones', () => {
  expect(report([WELL, FOUND, FOUND], 1)).toMatchObject({
    tone: 'info',
    title: 'all is well with 1 workload, 2 more found',
  });
});

test('its report offers to restart what is down and to read its logs', () => {
  expect(report([WELL, DOWN], 2, [{ name: 'db', state: 'failed' }], '1 failed')).toEqual({
    tone: 'bad',
    title: '1 of 2 workloads to look at: 1 failed',
    facts: [WELL, DOWN],
    buttons: [
      { label: 'Restart db', operation: 'restart', input: { target: 'db' } },
      { label: 'Logs of db', operation: 'logs', input: { target: 'db' } },
    ],
  });
});

test('its buttons are for two workloads at the most, and start what is stopped', () => {
  const down = [
    { name: 'a', state: 'missing' },
    { name: 'b', state: 'stopped' },
    { name: 'c', state: 'running' },
    { name: 'd', state: 'failed' },
  ];
  const { buttons } = report([DOWN], 4, down);
  expect(buttons.map(({ label, operation }) => `${label}: ${operation}`)).toEqual([
    'Start b: start',
    'Logs of b: logs',
    'Restart c: restart',
    'Logs of c: logs',
  ]);
});

test('without workloads its report says where to declare some, which is no good news', () => {
  expect(report([], 0)).toEqual({
    tone: 'info',
    title: 'no workloads; declare some under node.workloads',
    facts: [],
    buttons: [],
  });
});

test('with found workloads only, nothing is said to be well', () => {
  expect(report([{ ...WELL }], 0)).toMatchObject({
    tone: 'info',
    title: 'nothing is declared under node.workloads, 1 workload found',
  });
});
