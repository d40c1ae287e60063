import { describe, expect, test } from 'vitest';
import { done, expired, failed, refused, verified } from '#src/agent/sayings.ts';
import { Problem } from '#src/kit/problem.ts';
import { Reply } from '#src/operation/reply.ts';
import type { Saying } from '#src/wire/event.ts';
import { Event } from '#src/wire/event.ts';
import { open, seal } from '#src/wire/seal.ts';
import { AT, alpha, hub, party } from '../wire/forge.ts';

const reply = (tone: string, title: string, more: object = {}) => ({ tone, title, facts: [], buttons: [], ...more });

test('what was done is told with its own report', () => {
  const own = Reply.parse({ tone: 'ok', title: 'web restarted', facts: [{ label: 'Now', value: 'running' }] });
  expect(done('j', own, 12)).toEqual({ kind: 'verdict', job: 'j', verdict: 'done', reply: own, tookMs: 12 });
});

test('output is cleaned, and its end is kept', () => {
  const own = Reply.parse({
    tone: 'info',
    title: 'x',
    block: { label: '\u202elog', text: `first\n\u001b[31m${'x'.repeat(110_000)}\nlast` },
  });
  expect(done('j', own, 1).reply.block).toEqual({ label: 'log', text: 'last' });
});

describe('a failure is told', () => {
  test.each<[string, unknown, object]>([
    ["in a Problem's own words", new Problem('x', 'It is away. Ask again.'), reply('bad', 'It is away. Ask again.')],
    [
      'with its evidence',
      new Problem('x', 'It is ill.', { evidence: 'line 1\n\u001b[31mline 2' }),
      reply('bad', 'It is ill.', { block: { label: 'Seen at that moment', text: 'line 1\nline 2' } }),
    ],
    ["in a bug's first line", new TypeError('x is undefined\n at y'), reply('bad', 'x is undefined')],
    ['in some words', new Problem('x', ''), reply('bad', 'It ended without a word.')],
    ['without escapes', new Error('\u001b[31mred\u202e'), reply('bad', 'red')],
    ['at most 300 long', new Problem('x', 'x'.repeat(999)), reply('bad', `${'x'.repeat(299)}…`)],
  ])('%s', (_, error, told) => {
    expect(failed('j', error, 5)).toEqual({ kind: 'verdict', job: 'j', verdict: 'failed', reply: told, tookMs: 5 });
  });
});

test.each<[string, Saying, string, object]>([
  ['refused', refused('j', 'No.'), 'refused', reply('warn', 'No.')],
  ['expired', expired('j', 'Too late.'), 'expired', reply('warn', 'Too late.')],
  [
    'verified applied',
    verified('j', { verdict: 'verified applied', because: 'It runs.' }),
    'verified applied',
    reply('ok', 'It runs.'),
  ],
  [
    'verified not applied',
    verified('j', { verdict: 'verified not applied', because: 'It does not.' }),
    'verified not applied',
    reply('warn', 'It does not.'),
  ],
  ['needs human', verified('j', { verdict: 'needs human', because: 'Look.' }), 'needs human', reply('bad', 'Look.')],
])('%s is told with its reason', (_, saying, verdict, told) => {
  expect(saying).toEqual({ kind: 'verdict', job: 'j', verdict, reply: told });
});

describe('the longest output can be sent, whatever it is written in', () => {
  const send = async (saying: Saying) => {
    const body: Event = { v: 1, log: 'log1', seq: 1, base: 0, at: AT, saying };
    const token = await seal(alpha, party(hub))('event', { jti: 'e1', body, at: AT });
    return (await open(hub, party(alpha), 'event', Event)(token)).body;
  };

  test.each(['x', '"', '\\', 'é', '名', '👍', '\n', '\t'])('%j', async (char) => {
    const text = char.repeat(120_000 / char.length);
    const report = Reply.parse({ tone: 'info', title: 'web: many lines', block: { label: 'Output of web', text } });
    for (const saying of [done('j', report, 1), failed('j', new Problem('x', 'y', { evidence: text }), 1)])
      expect((await send(saying)).saying).toEqual(saying);
  });
});
