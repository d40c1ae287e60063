import { describe, expect, test } from 'vitest';
import type { Tone } from '#src/operation/reply.ts';
import { Reply, worst } from '#src/operation/reply.ts';

test('lists that were left out are empty', () => {
  expect(Reply.parse({ tone: 'ok', title: 'fine' })).toEqual({ tone: 'ok', title: 'fine', facts: [], buttons: [] });
});

describe('a reply is refused with', () => {
  const fact = { label: 'Disk', value: '1 GB' };
  const button = { label: 'Logs', operation: 'logs', input: {} };
  test.each<[string, object]>([
    ['no title', { title: '' }],
    ['a title of 301', { title: 'x'.repeat(301) }],
    ['an unknown tone', { tone: 'good' }],
    ['a key of its own', { html: '<b>x</b>' }],
    ['a fact with a key of its own', { facts: [{ ...fact, url: 'https://evil.example' }] }],
    ['a long fact', { facts: [{ ...fact, value: 'x'.repeat(401) }] }],
    ['61 facts', { facts: Array(61).fill(fact) }],
    ['a block over 120,000', { block: { label: 'x', text: 'x'.repeat(120_001) } }],
    ['nine buttons', { buttons: Array(9).fill(button) }],
    ['a button without a label', { buttons: [{ ...button, label: '' }] }],
    ['a button with a link', { buttons: [{ ...button, url: 'https://evil.example' }] }],
    ['a button with a number', { buttons: [{ ...button, input: { lines: 5 } }] }],
  ])('%s', (_, change) => {
    expect(Reply.safeParse({ tone: 'ok', title: 'fine', ...change }).success).toBe(false);
  });
});

test.each<[(Tone | undefined)[], Tone]>([
  [[], 'ok'],
  [[undefined], 'ok'],
  [['ok', 'info'], 'info'],
  [['warn', 'ok', undefined], 'warn'],
  [['bad', 'warn', 'info', 'ok'], 'bad'],
])('the worst of %j is %s', (tones, tone) => {
  expect(worst(tones)).toBe(tone);
});
