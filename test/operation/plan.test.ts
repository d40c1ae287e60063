import { describe, expect, test } from 'vitest';
import { digestPlan, Plan } from '#src/operation/plan.ts';

const ASKED = { operation: 'restart', version: 1, input: { target: 'web', force: true }, binds: 'instance 1' };

describe('the digest of a plan', () => {
  test('is 64 hex characters', () => {
    expect(digestPlan(ASKED)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('does not depend on the order of the arguments', () => {
    expect(digestPlan({ ...ASKED, input: { force: true, target: 'web' } })).toBe(digestPlan(ASKED));
  });

  test.each<[string, Partial<typeof ASKED> | { input: object }]>([
    ['operation', { operation: 'stop' }],
    ['version', { version: 2 }],
    ['target', { input: { target: 'db', force: true } }],
    ['kind of value', { input: { target: 'web', force: 'true' } }],
    ['number of arguments', { input: { target: 'web' } }],
    ['bound state', { binds: 'instance 2' }],
  ])('is another one with another %s', (_, other) => {
    expect(digestPlan({ ...ASKED, ...other })).not.toBe(digestPlan(ASKED));
  });

  test('keeps its parts apart', () => {
    const one = digestPlan({ operation: 'a', version: 1, input: { b: 'c' }, binds: '' });
    const two = digestPlan({ operation: 'a', version: 1, input: {}, binds: 'b,c' });
    expect(one).not.toBe(two);
  });
});

test.each<[string, object, boolean]>([
  ['facts and a digest', { facts: [], digest: 'a'.repeat(64) }, true],
  ['a short digest', { facts: [], digest: 'a'.repeat(63) }, false],
  ['21 facts', { facts: Array(21).fill({ label: 'a', value: 'b' }), digest: 'a'.repeat(64) }, false],
  ['something else', { facts: [], digest: 'a'.repeat(64), html: '<b>' }, false],
])('a plan with %s: %s', (_, plan, good) => {
  expect(Plan.safeParse(plan).success).toBe(good);
});
