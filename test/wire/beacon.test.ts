import { describe, expect, test } from 'vitest';
import { Beacon } from '#src/wire/beacon.ts';

const BEACON = {
  v: 1,
  at: 1_790_000_000_000,
  release: '0.1.0',
  labels: {},
  operations: {},
  targets: [],
  policy: 'abc',
};

test.each(['prod', 'stage', 'dev'])('a node of environment %s says so', (environment) => {
  expect(Beacon.parse({ ...BEACON, environment }).environment).toBe(environment);
});

test('a node that names no environment is prod', () => {
  expect(Beacon.parse(BEACON)).toEqual({ ...BEACON, environment: 'prod' });
});

describe('a beacon is refused with', () => {
  test.each<[string, object]>([
    ['an unknown environment', { environment: 'test' }],
    ['a key of its own', { role: 'admin' }],
    ['version 0 of an operation', { operations: { restart: 0 } }],
    ['501 targets', { targets: Array(501).fill('web') }],
    ['a long target', { targets: ['x'.repeat(64)] }],
    ['a long label', { labels: { rack: 'x'.repeat(81) } }],
  ])('%s', (_, change) => {
    expect(Beacon.safeParse({ ...BEACON, ...change }).success).toBe(false);
  });
});
