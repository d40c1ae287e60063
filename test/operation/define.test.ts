import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import { defineOperation } from '#src/operation/define.ts';
import type { Tools } from '#src/operation/tools.ts';
import { health, logs, prune, restart } from './samples.ts';

const tools = {} as unknown as Tools;
const signal = new AbortController().signal;

test('a card tells all that the hub may know', () => {
  const { name, version, summary, role, risk, timeoutMs, needs, steps, params } = restart;
  expect({
    name,
    version,
    summary,
    role,
    risk,
    timeoutMs,
    needs,
    steps,
    params: params.map((each) => each.name),
  }).toEqual({
    name: 'restart',
    version: 1,
    summary: 'Restart a workload',
    role: 'operator',
    risk: 'change',
    timeoutMs: 120_000,
    needs: ['workloads'],
    steps: [
      { key: 'restart', title: 'Restart it', kind: 'once' },
      { key: 'healthy', title: 'Wait until it is healthy', kind: 'read' },
    ],
    params: ['target', 'force'],
  });
});

describe('arguments are parsed', () => {
  test('with their defaults and transformations', () => {
    expect(logs.parse({ target: 'web', since: '1h' })).toEqual({ target: 'web', lines: 40, since: 3_600_000 });
  });

  test.each([
    [{}, 'target is missing.'],
    [{ target: 'web', lines: '0' }, 'lines: write a whole number from 1 to 1000.'],
    [{ target: 'web', since: 'soon' }, 'since: write 1h, 30s, 2m or 7d.'],
    [{ target: 'web', extra: 'x' }, 'There is no argument "extra" here.'],
  ])('%j is refused', (input, sentence) => {
    expect(() => logs.parse(input)).toThrow(new Problem('arguments', sentence));
  });

  test('strictly, also when the schema is not strict', () => {
    const loose = defineOperation({ ...LEAST, params: z.object({}) });
    expect(() => loose.parse({ extra: 'x' })).toThrow(new Problem('arguments', 'There is no argument "extra" here.'));
  });
});

test('the question is its own, or asks whether to run it', () => {
  expect(restart.question(restart.parse({ target: 'web', force: true }))).toBe('Restart web by force?');
  expect(prune.question(prune.parse({}))).toBe('Run prune?');
});

test.each<[string, { target?: string | boolean }, string | undefined]>([
  ['the value of its parameter', { target: 'web' }, 'web'],
  ['none when it is missing', {}, undefined],
  ['none when it is no text', { target: true }, undefined],
])('the target is %s', (_, input, target) => {
  expect(restart.targetOf(input as Record<string, string | boolean>)).toBe(target);
});

test('an operation without a target has none, whatever is given', () => {
  expect(health.targetOf({ target: 'web' })).toBeUndefined();
});

describe('what a read leaves out', () => {
  const params = health.parse({});

  test('is an empty plan, no image, and a verdict that nothing changed', async () => {
    expect([
      await health.plan({ params, tools, signal }),
      await health.before({ params, tools, bound: undefined, signal }),
      await health.verify({ params, tools, before: undefined, signal }),
    ]).toEqual([
      { facts: [], binds: '' },
      undefined,
      { verdict: 'verified not applied', because: 'It only reads, so nothing was changed. Ask again.' },
    ]);
  });
});

test('the result goes through its schema', async () => {
  const wrong = defineOperation({ ...LEAST, result: z.object({ n: z.number().max(1) }), run: async () => ({ n: 2 }) });
  const step = <R>(_: string, act: () => Promise<R>) => act();
  await expect(
    wrong.run({ params: wrong.parse({}), tools, before: undefined, step, note: () => {}, signal }),
  ).rejects.toThrow(z.ZodError);
});

test('the report goes through the schema of replies', () => {
  const params = health.parse({});
  const told = { node: 'alpha', params, result: {}, tookMs: 1 };
  expect(health.report(told)).toEqual({ tone: 'ok', title: 'all is well', facts: [], buttons: [] });
  const wrong = defineOperation({ ...LEAST, report: () => ({ tone: 'ok', title: '' }) });
  expect(() => wrong.report(told)).toThrow(z.ZodError);
});

describe('a definition that promises what it does not have is refused', () => {
  const change = { ...LEAST, risk: 'change' as const };
  const plan = async () => ({ facts: [], binds: '' });
  const before = async () => undefined;
  const verify = async () => ({ verdict: 'needs human' as const, because: 'x' });
  test.each<[string, () => unknown, string]>([
    ['a name with capitals', () => defineOperation({ ...LEAST, name: 'Look' }), 'operation Look: a name is'],
    ['a name with a dash', () => defineOperation({ ...LEAST, name: 'a-b' }), 'operation a-b: a name is'],
    ['a name of 33', () => defineOperation({ ...LEAST, name: 'a'.repeat(33) }), 'a name is a Telegram command'],
    ['no name', () => defineOperation({ ...LEAST, name: '' }), 'a name is a Telegram command'],
    ['version 0', () => defineOperation({ ...LEAST, version: 0 }), 'operation look: version is'],
    ['version 1.5', () => defineOperation({ ...LEAST, version: 1.5 }), 'operation look: version is'],
    ['a change without a plan', () => defineOperation({ ...change, before, verify }), 'has plan, before and verify'],
    ['a change without an image', () => defineOperation({ ...change, plan, verify }), 'has plan, before and verify'],
    ['a change without a verify', () => defineOperation({ ...change, plan, before }), 'has plan, before and verify'],
    [
      'a read that does something once',
      () => defineOperation({ ...LEAST, steps: { act: { title: 'Act', kind: 'once' as const } } }),
      "operation look: what reads has no step of kind 'once'",
    ],
    ['no time limit', () => defineOperation({ ...LEAST, timeout: 'soon' }), '"soon" is not a duration'],
  ])('%s', (_, define, because) => {
    expect(define).toThrow(because);
  });
});

const LEAST = {
  name: 'look',
  version: 1,
  summary: 'Look',
  role: 'viewer' as const,
  risk: 'read' as const,
  timeout: '1s',
  needs: [],
  params: z.strictObject({}),
  result: z.object({}),
  steps: {},
  run: async () => ({}),
  report: () => ({ tone: 'ok' as const, title: 'seen' }),
};
