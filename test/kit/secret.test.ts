import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from '#src/kit/secret.ts';

const secret = new Secret('hunter2-hunter2');

test.each<[string, (value: Secret) => string]>([
  ['in a template', (value) => `${value}`],
  ['joined to a string', (value) => ['token', value].join(' ')],
  ['as a string', String],
  ['as JSON', (value) => JSON.stringify({ value, list: [value] })],
  ['on the console', (value) => format('%s %o %O %j', value, value, value, value)],
  [
    'inspected deep inside',
    (value) => inspect({ a: { b: [new Map([['k', value]])] } }, { depth: 9, showHidden: true }),
  ],
  ['through its own keys', (value) => JSON.stringify([Object.entries(value), Reflect.ownKeys(value)])],
  ['copied', (value) => inspect({ ...value })],
  ['in an error', (value) => new Error(`with ${value}`).stack ?? ''],
])('a secret does not show %s', (_, show) => {
  expect(show(secret)).not.toContain('hunter2');
});

test('a secret prints as [redacted]', () => {
  expect([String(secret), JSON.stringify({ secret }), inspect(secret)]).toEqual([
    '[redacted]',
    '{"secret":"[redacted]"}',
    '[redacted]',
  ]);
});

test('only reveal gives it out', () => {
  expect(secret.reveal()).toBe('hunter2-hunter2');
});
