import { expect, test } from 'vitest';
import health from '#handlers/health.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Backups } from '#src/operation/backups.ts';
import type { Fact } from '#src/operation/reply.ts';
import type { HostReading } from '#src/operation/tools.ts';
import { setKnown } from '../fixtures/known.ts';
import { runWith, THRESHOLDS, toolsWith, workload } from './tools.ts';

const HOST: HostReading = {
  disks: [{ path: '/', freeBytes: 90e9, totalBytes: 200e9 }],
  memory: { usedBytes: 4e9, totalBytes: 16e9 },
  swap: { usedBytes: 0, totalBytes: 0 },
  loadPerCpu: 0.5,
  uptimeMs: 3_600_000,
  system: 'Linux',
};
const REST = {
  backups: {
    known: async () => [
      setKnown({ name: 'old' }),
      setKnown({ savedAgoMs: 7_200_000, maxAgeMs: 108_000_000, bytes: 5e6 }),
    ],
  } as Partial<Backups> as Backups,
  endpoints: {
    probe: async () => [{ name: 'shop', url: 'http://x', latenciesMs: [20, 30], failures: 0, reason: undefined }],
  },
  workloads: { list: async () => [workload()] },
  thresholds: THRESHOLDS,
};
const MACHINE: Fact[] = [
  { label: 'Disk', value: '90 GB free of 200 GB, 55 % used', limit: 'at least 10 GB, under 75 %', tone: 'ok' },
  { label: 'Memory', value: '25 % of 16 GB used', limit: 'under 80 %', tone: 'ok' },
];
const BELOW: Fact[] = [
  { label: 'Load', value: '0.50 per CPU, up 1 h' },
  { label: 'Endpoint shop', value: 'p95 30 ms, 0 % of 2 failed', limit: 'under 500 ms and 1 %', tone: 'ok' },
  { label: 'web', value: 'running for 1 min · healthy · pid 1', tone: 'ok' },
  { label: 'Backup old', value: 'never saved', limit: 'at most 1 d old', tone: 'warn' },
  { label: 'Backup docs', value: 'saved 2 h ago · 5.0 MB', limit: 'at most 1 d 6 h old', tone: 'ok' },
];
const STEPS = ['links', 'host', 'endpoints', 'workloads', 'backups'];

test('each line has its value, its limit and its verdict', async () => {
  const links = { ledger: async () => 2, telegram: async () => 80 };
  const ran = await runWith(health, {}, toolsWith({ ...REST, links, host: { read: async () => HOST } }));
  const reach: Fact[] = [
    { label: 'Ledger', value: 'answers in 2 ms', tone: 'ok' },
    { label: 'Telegram', value: 'answers in 80 ms', tone: 'ok' },
  ];
  expect(ran).toEqual({
    result: { facts: [...reach, ...MACHINE, ...BELOW], declared: 1, down: 0 },
    steps: STEPS,
    notes: [],
  });
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
  expect(ran).toEqual({
    result: { facts: [...reach, ...MACHINE, swap, ...BELOW], declared: 1, down: 0 },
    steps: STEPS,
    notes: [],
  });
});

test('declared workloads that are down are counted; found ones are left to status', async () => {
  const links = { ledger: async () => 2, telegram: async () => 80 };
  const list = async () => [
    workload({ healthy: false, detail: undefined }),
    workload({ name: 'db', state: 'missing', healthy: undefined, forMs: undefined, detail: undefined }),
    workload({ name: 'other', expected: false, state: 'failed' }),
  ];
  const backups = { known: async () => [] } as Partial<Backups> as Backups;
  const tools = toolsWith({ ...REST, backups, workloads: { list }, links, host: { read: async () => HOST } });
  const { result } = await runWith(health, {}, tools);
  expect(result).toMatchObject({ declared: 2, down: 2 });
  expect((result as { facts: Fact[] }).facts.slice(-2)).toEqual([
    { label: 'web', value: 'running for 1 min · not healthy', tone: 'bad' },
    { label: 'db', value: 'missing', tone: 'bad' },
  ]);
});

test.for([
  [['ok', 'ok'], 0, 'ok', 'all is well'],
  [['ok', 'warn'], 0, 'warn', '1 thing to look at'],
  [['bad', 'warn'], 1, 'bad', '2 things to look at: 1 of 2 workloads down'],
] as const)('facts of %j and %j down are reported as %s: %s', async ([tones, down, tone, title]) => {
  const facts: Fact[] = tones.map((each) => ({ label: 'Some', value: 'thing', tone: each }));
  const told = { node: 'alpha', params: health.parse({}), result: { facts, declared: 2, down }, tookMs: 1 };
  expect(health.report(told)).toEqual({ tone, title, facts, buttons: [] });
});

test('what is too much for one message says so', () => {
  const facts: Fact[] = Array.from({ length: 70 }, (_, i) => ({ label: `w${i}`, value: 'runs', tone: 'ok' }));
  const told = { node: 'alpha', params: health.parse({}), result: { facts, declared: 70, down: 0 }, tookMs: 1 };
  expect(health.report(told).facts.at(-1)).toEqual({ label: 'More', value: '11 are not shown', tone: 'info' });
});
