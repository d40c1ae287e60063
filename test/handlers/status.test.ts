import { expect, test } from 'vitest';
import status from '#handlers/status.ts';
import type { Fact } from '#src/operation/reply.ts';
import { runWith, toolsWith, workload } from './tools.ts';

const WELL: Fact = { label: 'web', value: 'running for 1 min · healthy · pid 1', tone: 'ok' };
const DOWN: Fact = { label: 'db', value: 'failed for 1.0 s · exit code 1', tone: 'bad' };
const report = (facts: Fact[], down: string[]) =>
  status.report({ node: 'alpha', params: status.parse({}), result: { facts, down }, tookMs: 1 });

test('it tells each workload and which are down', async () => {
  const db = workload({ name: 'db', state: 'failed', healthy: false, forMs: 1_000, detail: 'exit code 1' });
  const ill = workload({ name: 'ill', healthy: false, detail: undefined });
  const tools = toolsWith({ workloads: { list: async () => [workload(), db, ill] } });
  expect(await runWith(status, {}, tools)).toEqual({
    result: {
      facts: [WELL, DOWN, { label: 'ill', value: 'running for 1 min · not healthy', tone: 'bad' }],
      down: ['db', 'ill'],
    },
    steps: ['look'],
    notes: [],
  });
});

test('its report is short when all is well', () => {
  expect(report([WELL], [])).toEqual({ tone: 'ok', title: 'all is well with 1 workload', facts: [WELL], buttons: [] });
});

test('its report offers to restart what is down and to read its logs', () => {
  expect(report([WELL, DOWN], ['db'])).toEqual({
    tone: 'bad',
    title: '1 of 2 workloads to look at',
    facts: [WELL, DOWN],
    buttons: [
      { label: 'Restart db', operation: 'restart', input: { target: 'db' } },
      { label: 'Logs of db', operation: 'logs', input: { target: 'db' } },
    ],
  });
});

test('its buttons are for two workloads at the most', () => {
  expect(report([DOWN, DOWN, DOWN], ['a', 'b', 'c']).buttons.map(({ label }) => label)).toEqual([
    'Restart a',
    'Logs of a',
    'Restart b',
    'Logs of b',
  ]);
});

test('without workloads its report says where to declare some', () => {
  expect(report([], [])).toEqual({
    tone: 'ok',
    title: 'no workloads; declare some under node.workloads',
    facts: [],
    buttons: [],
  });
});
