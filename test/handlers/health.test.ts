import { expect, test } from 'vitest';
import health from '#handlers/health.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Fact } from '#src/operation/reply.ts';
import type { HostReading } from '#src/operation/tools.ts';
import { runWith, toolsWith, workload } from './tools.ts';

const HOST: HostReading = {
  disks: [{ path: '/', freeBytes: 50e9, totalBytes: 200e9 }],
  memory: { usedBytes: 4e9, totalBytes: 16e9 },
  swap: { usedBytes: 0, totalBytes: 0 },
  loadPerCpu: 0.5,
  uptimeMs: 3_600_000,
  system: 'Linux',
};
const thresholds = { diskFreeGb: 10, memoryPercent: 80, endpointP95Ms: 500, endpointErrorPercent: 1 };
const REST = {
  endpoints: {
    probe: async () => [{ name: 'shop', url: 'http://x', latenciesMs: [20, 30], failures: 0, reason: undefined }],
  },
  workloads: { list: async () => [workload()] },
  thresholds,
};
const MACHINE: Fact[] = [
  { label: 'Disk', value: '50 GB free of 200 GB', limit: 'at least 10 GB', tone: 'ok' },
  { label: 'Memory', value: '25 % of 16 GB used', limit: 'under 80 %', tone: 'ok' },
];
const BELOW: Fact[] = [
  { label: 'Load', value: '0.50 per CPU, up 1 h' },
  { label: 'Endpoint shop', value: 'p95 30 ms, 0 % of 2 failed', limit: 'under 500 ms and 1 %', tone: 'ok' },
  { label: 'web', value: 'running for 1 min · healthy · pid 1', tone: 'ok' },
];
const STEPS = ['links', 'host', 'endpoints', 'workloads'];

test('each line has its value, its limit and its verdict', async () => {
  const links = { ledger: async () => 2, telegram: async () => 80 };
  const ran = await runWith(health, {}, toolsWith({ ...REST, links, host: { read: async () => HOST } }));
  const reach: Fact[] = [
    { label: 'Ledger', value: 'answers in 2 ms', tone: 'ok' },
    { label: 'Telegram', value: 'answers in 80 ms', tone: 'ok' },
  ];
  expect(ran).toEqual({ result: { facts: [...reach, ...MACHINE, ...BELOW] }, steps: STEPS, notes: [] });
});

test('a way out that is shut is one bad line, and the rest is still told; swap is shown when there is some', async () => {
  const shut = new Problem('unreachable', 'Telegram does not answer. Look at the network.');
  const links = { ledger: async () => 2, telegram: () => Promise.reject(shut) };
  const host = { read: async () => ({ ...HOST, swap: { usedBytes: 1e9, totalBytes: 4e9 } }) };
  const ran = await runWith(health, {}, toolsWith({ ...REST, links, host }));
  const reach: Fact[] = [
    { label: 'Ledger', value: 'answers in 2 ms', tone: 'ok' },
    { label: 'Telegram', value: 'Telegram does not answer. Look at the network.', tone: 'bad' },
  ];
  const swap: Fact = { label: 'Swap', value: '25 % of 4.0 GB used' };
  expect(ran).toEqual({ result: { facts: [...reach, ...MACHINE, swap, ...BELOW] }, steps: STEPS, notes: [] });
});

test.for([
  [['ok', 'ok'], 'ok', 'all is well'],
  [['ok', 'warn'], 'warn', '1 thing to look at'],
  [['bad', 'warn'], 'bad', '2 things to look at'],
] as const)('facts of %j are reported as %s: %s', async ([tones, tone, title]) => {
  const facts: Fact[] = tones.map((each) => ({ label: 'Some', value: 'thing', tone: each }));
  const told = { node: 'alpha', params: health.parse({}), result: { facts }, tookMs: 1 };
  expect(health.report(told)).toEqual({ tone, title, facts, buttons: [] });
});
