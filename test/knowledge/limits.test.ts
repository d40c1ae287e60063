import { expect, test } from 'vitest';
import { fitFacts } from '#src/knowledge/facts.ts';
import { limitFacts, restartsFact } from '#src/knowledge/limits.ts';
import type { Fact } from '#src/operation/reply.ts';
import type { Limits, Usage } from '#src/operation/tools.ts';

const NO_LIMITS: Limits = {
  memoryBytes: undefined,
  reservedBytes: undefined,
  swapBytes: undefined,
  cpus: undefined,
  pids: undefined,
};
const NOTHING: Usage = { memoryBytes: undefined, cpuPercent: undefined, pids: undefined };
const facts = (usage: Partial<Usage>, limits: Partial<Limits>) =>
  limitFacts({ usage: { ...NOTHING, ...usage }, limits: { ...NO_LIMITS, ...limits } }, 80);

test('the limits of row C3 are each told with what is used', () => {
  const limits = { memoryBytes: 700e6, reservedBytes: 500e6, swapBytes: 2.7e9, cpus: 1, pids: 100 };
  expect(facts({ memoryBytes: 350e6, cpuPercent: 12.4, pids: 7 }, limits)).toEqual([
    { label: 'Memory', value: '350 MB of 700 MB, 50 %', limit: 'under 80 %', tone: 'ok' },
    { label: 'Reserved', value: '500 MB', limit: 'at most 700 MB', tone: 'ok' },
    { label: 'Memory and swap', value: 'may use 2.7 GB' },
    { label: 'CPU', value: '12 % of a core, may use 1 core' },
    { label: 'Processes', value: '7 of 100', limit: 'under 80 %', tone: 'ok' },
  ]);
});

test('what has no limits says so', () => {
  expect(facts({ memoryBytes: 64e6, cpuPercent: 0.2, pids: 2 }, {})).toEqual([
    { label: 'Memory', value: '64 MB, no limit' },
    { label: 'CPU', value: '0 % of a core, no limit' },
    { label: 'Processes', value: '2, no limit' },
  ]);
});

test('what does not run still has its limits', () => {
  expect(facts({}, { memoryBytes: 700e6, cpus: 1.5, pids: 100 })).toEqual([
    { label: 'Memory', value: 'may use 700 MB' },
    { label: 'CPU', value: 'may use 1.5 cores' },
    { label: 'Processes', value: 'at most 100' },
  ]);
});

test('what is told by nobody is left out', () => {
  expect(facts({}, {})).toEqual([]);
});

test.for<[Partial<Usage>, Partial<Limits>, string]>([
  [{ memoryBytes: 560e6 - 1 }, { memoryBytes: 700e6 }, 'ok'],
  [{ memoryBytes: 560e6 }, { memoryBytes: 700e6 }, 'warn'],
  [{ pids: 79 }, { pids: 100 }, 'ok'],
  [{ pids: 80 }, { pids: 100 }, 'warn'],
])('%j of %j is %s', ([usage, limits, tone]) => {
  expect(facts(usage, limits)[0]?.tone).toBe(tone);
});

test('more reserved than allowed is worth a look', () => {
  expect(facts({}, { memoryBytes: 500e6, reservedBytes: 700e6 })[1]).toMatchObject({ label: 'Reserved', tone: 'warn' });
});

test.for([
  [0, 'never', 'ok'],
  [1, 'once', 'ok'],
  [2, '2 times', 'ok'],
  [3, '3 times', 'warn'],
] as const)('%d restarts are told as %s: %s', ([restarts, value, tone]) => {
  expect(restartsFact(restarts)).toEqual({ label: 'Restarts', value, limit: 'under 3 times by itself', tone });
});

test('restarts that nobody counts are no fact', () => {
  expect(restartsFact(undefined)).toBeUndefined();
});

test('facts fit a reply, and the last line says how many do not', () => {
  const many = (n: number): Fact[] => Array.from({ length: n }, (_, i) => ({ label: `f${i}`, value: 'v' }));
  expect(fitFacts(many(60))).toEqual(many(60));
  expect(fitFacts(many(61))).toHaveLength(60);
  expect(fitFacts(many(61)).at(-1)).toEqual({ label: 'More', value: '2 are not shown', tone: 'info' });
});
