import { expect, test } from 'vitest';
import { whyWithout } from '../../fixtures/redis.ts';
import { drawUnseal, KINDS, planUnseals } from './plan.ts';
import { runUnseals } from './run.ts';
import type { Outcome } from './trial.ts';
import { givenTwice, RESTART } from './vaultSaw.ts';

const without = whyWithout('redis-server') ?? whyWithout('openssl');

test('200 trials are of every kind, and the same again with the same seed', () => {
  const trials = planUnseals(200, 1);
  expect(new Set(trials.map(({ kind }) => kind))).toEqual(new Set(KINDS));
  expect(planUnseals(200, 1)).toEqual(trials);
  expect(planUnseals(200, 2)).not.toEqual(trials);
});

test('a share that is given twice is noticed, and one that begins anew is not one', () => {
  const put = (key: string, method = 'PUT') => ({ method, path: 'sys/unseal', body: { key } });
  const reset = { method: 'PUT', path: 'sys/unseal', body: { reset: true } };
  const twice = (...requests: Parameters<typeof givenTwice>[0]) => givenTwice(requests, ['a', 'b', 'c'], 3);
  expect(twice(put('a'), put('b'), put('a'))).toEqual(['a']);
  expect(twice(put('a'), reset, put('a'), RESTART, put('a'))).toEqual([]);
  expect(twice(put('a', 'POST'), put('a')), 'by hand, and by a node').toEqual([]);
  expect(twice(put('a'), put('b'), put('c'), put('a')), 'it is open').toEqual([]);
  expect(twice(put('a'), put('b'), put('x'), put('a')), 'all were thrown away').toEqual([]);
});

test.skipIf(without !== undefined)(
  `a Vault is opened through whatever goes wrong, and no share is anywhere else${without ? ` (${without})` : ''}`,
  { timeout: 420_000 },
  async () => {
    const trials = (['agent killed', 'hub killed', 'Vault restarted'] as const).map((kind) => drawUnseal(kind, 3));
    const outcomes: Outcome[] = [];
    const scans = await runUnseals(trials, { side: 1, signal: new AbortController().signal }, (outcome) =>
      outcomes.push(outcome),
    );
    expect(outcomes.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(outcomes.map(({ ends }) => ends)).toEqual(trials.map(({ ends }) => ends));
    expect(outcomes.reduce((sum, { deaths }) => sum + deaths, 0)).toBeGreaterThan(0);
    expect(scans.flatMap(({ hits }) => hits)).toEqual([]);
    expect(scans[0]?.places).toEqual(
      expect.arrayContaining(['MONITOR', 'state/NODE/journal.db', 'environ of a process']),
    );
  },
);
