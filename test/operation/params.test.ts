import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { duration, flag, whole, words, workload } from '#src/operation/params.ts';

const naughty = [
  '--password-command=x',
  '-n',
  '../etc',
  '/etc/passwd',
  'a b',
  'a\nb',
  'a\u0000',
  '$(id)',
  'wéb',
  'a;b',
];

describe('the name of a workload', () => {
  test.each(['web', 'a', '0', 'web-1', 'web_1.2', 'Web', 'a'.repeat(54), 'podman/web', 'systemd/a.b', 'process/0'])(
    '%s',
    (name) => {
      expect(workload().parse(name)).toBe(name);
    },
  );

  test.each([
    ...naughty,
    '',
    '.web',
    '_web',
    '*',
    'a'.repeat(55),
    'web\n',
    'docker/web',
    'podman/',
    '/web',
    'podman/a/b',
    'podman/../x',
  ])('is not %j', (name) => {
    expect(messagesOf(workload(), name)).toEqual([
      'a name has letters, digits, "-", "_" or "." and begins with a letter or digit; its engine may stand before it, as in podman/web',
    ]);
  });
});

describe('a duration', () => {
  test.each([
    ['30s', 30_000],
    ['1.5h', 5_400_000],
  ])('%s', (text, ms) => {
    expect(duration('1h').parse(text)).toBe(ms);
  });

  test.each(['', 'soon', '-1h', '1', ...naughty])('is not %j', (text) => {
    expect(messagesOf(duration('1h'), text)).toEqual(['write 1h, 30s, 2m or 7d']);
  });
});

describe('a whole number', () => {
  test.each([
    ['1', 1],
    ['40', 40],
    ['1000', 1000],
  ])('%s', (text, number) => {
    expect(whole(1, 1000, 40).parse(text)).toBe(number);
  });

  test.each(['', '0', '1001', '-1', '1.5', 'ten', 'NaN', 'Infinity', '9'.repeat(200), ...naughty])(
    'is not %j',
    (text) => {
      expect(new Set(messagesOf(whole(1, 1000, 40), text))).toEqual(new Set(['write a whole number from 1 to 1000']));
    },
  );
});

describe('free text', () => {
  test.each(['error', ' ', '--flag', '$(id)'])('%j', (text) => {
    expect(words(10, 'error').parse(text)).toBe(text);
  });

  test.each(['', 'x'.repeat(11)])('is not %j', (text) => {
    expect(words(10, 'error').safeParse(text).success).toBe(false);
  });
});

test.each([
  [undefined, false],
  [true, true],
  [false, false],
])('a switch that is %s reads as %s', (value, on) => {
  expect(flag().parse(value)).toBe(on);
});

test.each(['true', 'false', '', 1, null])('a switch is not %j', (value) => {
  expect(flag().safeParse(value).success).toBe(false);
});

test.each([
  ['a target', workload(), { description: 'the workload', example: 'web', target: 'workload' }],
  ['a duration', duration('7d'), { example: '7d' }],
  ['a number', whole(1, 9, 5), { example: '5' }],
  ['free text', words(9, 'error'), { example: 'error' }],
])('%s carries its example for the usage line', (_, type, meta) => {
  expect(type.meta()).toEqual(meta);
});

function messagesOf(type: z.ZodType, value: unknown): string[] {
  return type.safeParse(value).error?.issues.map(({ message }) => message) ?? [];
}
