import { expect, test } from 'vitest';
import { exampleOf, usageOf } from '#src/hub/words/usage.ts';
import { health, logs, prune, restart } from '../../operation/samples.ts';

test.each([
  [health, '/health [node]'],
  [logs, '/logs <node> <target> [--lines 40] [--since 1h] [--grep error]'],
  [restart, '/restart <node> <target> [--force]'],
  [prune, '/prune <node>'],
])('$name is typed as %s', (card, usage) => {
  expect(usageOf(card)).toBe(usage);
});

test.each([
  [health, 'web', '/health alpha'],
  [logs, 'db', '/logs alpha db'],
  [restart, 'db', '/restart alpha db'],
  [restart, undefined, '/restart alpha web'],
  [prune, 'db', '/prune alpha'],
])('an example of $name with target %s', (card, target, example) => {
  expect(exampleOf(card, 'alpha', target)).toBe(example);
});
