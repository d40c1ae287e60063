import { expect, test } from 'vitest';
import inspect from '#handlers/inspect.ts';
import type { Fact } from '#src/operation/reply.ts';
import type { Inspection } from '#src/operation/tools.ts';
import { runWith, THRESHOLDS, toolsWith, workload } from './tools.ts';

const SEEN: Inspection = {
  workload: workload({ engine: 'podman', restarts: 4, detail: undefined }),
  limits: { memoryBytes: 700e6, reservedBytes: 500e6, swapBytes: 2.7e9, cpus: 1, pids: undefined },
  usage: { memoryBytes: 600e6, cpuPercent: 3, pids: 2 },
  about: [
    { label: 'Image', value: 'localhost/web:1' },
    { label: 'L'.repeat(100), value: `two\nlines \u001b[31m${'v'.repeat(600)}` },
  ],
};
const FACTS: Fact[] = [
  { label: 'State', value: 'running for 1 min · healthy', tone: 'ok' },
  { label: 'Engine', value: 'podman, declared here' },
  { label: 'Restarts', value: '4 times', limit: 'under 3 times by itself', tone: 'warn' },
  { label: 'Memory', value: '600 MB of 700 MB, 86 %', limit: 'under 80 %', tone: 'warn' },
  { label: 'Reserved', value: '500 MB', limit: 'at most 700 MB', tone: 'ok' },
  { label: 'Memory and swap', value: 'may use 2.7 GB' },
  { label: 'CPU', value: '3 % of a core, may use 1 core' },
  { label: 'Processes', value: '2, no limit' },
  { label: 'Image', value: 'localhost/web:1' },
];
const report = (facts: Fact[], state = 'running') =>
  inspect.report({ node: 'alpha', params: inspect.parse({ target: 'web' }), result: { state, facts }, tookMs: 1 });

test('it tells limits, usage, health and restarts with their limits, then what only the engine knows', async () => {
  const tools = toolsWith({ workloads: { inspect: async () => SEEN }, thresholds: THRESHOLDS });
  const { result, steps } = await runWith(inspect, { target: 'web' }, tools);
  const facts = (result as { facts: Fact[] }).facts;
  expect(steps).toEqual(['inspect']);
  expect(facts.slice(0, -1)).toEqual(FACTS);
  expect(facts.at(-1)?.label).toHaveLength(64);
  expect(facts.at(-1)?.value).toMatch(/^two lines v{389}…$/);
});

test('what was only found is called that, and what its engine does not count is left out', async () => {
  const seen = { ...SEEN, workload: workload({ expected: false }), about: [] };
  const tools = toolsWith({ workloads: { inspect: async () => seen }, thresholds: THRESHOLDS });
  const { facts } = (await runWith(inspect, { target: 'web' }, tools)).result as { facts: Fact[] };
  expect(facts[1]).toEqual({ label: 'Engine', value: 'process, found, not declared' });
  expect(facts.some(({ label }) => label === 'Restarts')).toBe(false);
});

test('its report names what is out of its limits', () => {
  expect(report(FACTS)).toEqual({
    tone: 'warn',
    title: 'web: look at its restarts, memory',
    facts: FACTS,
    buttons: [{ label: 'Logs', operation: 'logs', input: { target: 'web' } }],
  });
  expect(report([{ label: 'State', value: 'running', tone: 'ok' }])).toMatchObject({
    tone: 'ok',
    title: 'web runs and is well',
  });
});

test('its report does not call well what does not run', () => {
  expect(report([{ label: 'State', value: 'stopped', tone: 'info' }], 'stopped')).toMatchObject({
    tone: 'info',
    title: 'web is stopped',
  });
});

test('it changes nothing', () => {
  expect(inspect.risk).toBe('read');
  expect(inspect.role).toBe('viewer');
});
