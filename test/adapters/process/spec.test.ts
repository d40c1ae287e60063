import { describe, expect, test } from 'vitest';
import { ProcessSpec } from '#src/adapters/process/spec.ts';

test('a workload needs no more than its command', () => {
  expect(ProcessSpec.parse({ command: ['nightguard', 'demo'] })).toEqual({
    command: ['nightguard', 'demo'],
    env: {},
    startTimeout: 30_000,
    stopTimeout: 10_000,
  });
});

test('all that can be said', () => {
  const said = {
    command: ['/usr/bin/node', 'server.js'],
    cwd: '/srv/web',
    env: { NODE_ENV: 'production' },
    port: 8080,
    health: '/health',
    startTimeout: '1m',
    stopTimeout: '500ms',
  };
  expect(ProcessSpec.parse(said)).toEqual({ ...said, startTimeout: 60_000, stopTimeout: 500 });
  expect(ProcessSpec.parse({ command: ['x'], port: 'auto' }).port).toBe('auto');
  expect(ProcessSpec.parse({ command: ['x'], health: 'https://example.org/up' }).port).toBeUndefined();
});

describe('refused', () => {
  test.each([
    ['no command', { command: [] }],
    ['a command line instead of words', { command: 'node server.js' }],
    ['a relative folder', { command: ['x'], cwd: 'srv' }],
    ['a variable with a bad name', { command: ['x'], env: { 'A=B': '1' } }],
    ['a port that is none', { command: ['x'], port: 70_000 }],
    ['a health path without a port', { command: ['x'], health: '/health' }],
    ['a health check that is no address', { command: ['x'], port: 80, health: 'health' }],
    ['an address of another kind', { command: ['x'], health: 'file:///etc/passwd' }],
    ['a duration in words', { command: ['x'], stopTimeout: 'soon' }],
    ['a stop that takes for ever', { command: ['x'], stopTimeout: '30d' }],
    ['an unknown key', { command: ['x'], restart: 'always' }],
  ])('%s', (_, input) => {
    expect(ProcessSpec.safeParse(input).success).toBe(false);
  });
});
