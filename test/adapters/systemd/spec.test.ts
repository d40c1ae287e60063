import { describe, expect, test } from 'vitest';
import { SystemdSpec } from '#src/adapters/systemd/spec.ts';

test('a unit needs no more than its engine', () => {
  expect(SystemdSpec.parse({ engine: 'systemd' })).toEqual({
    engine: 'systemd',
    user: false,
    startTimeout: 90_000,
    stopTimeout: 90_000,
  });
});

test('all that can be said', () => {
  const said = {
    engine: 'systemd',
    unit: 'web@blue.service',
    user: true,
    health: 'https://localhost:8443/health',
    startTimeout: '3m',
    stopTimeout: '10s',
  } as const;
  expect(SystemdSpec.parse(said)).toEqual({ ...said, startTimeout: 180_000, stopTimeout: 10_000 });
});

test.each(['nginx.service', 'backup.timer', 'a:b-c_d.e.socket', 'dev-disk\\x2dby.service', 'mnt-data.mount'])(
  'a unit may be called %s',
  (unit) => {
    expect(SystemdSpec.safeParse({ engine: 'systemd', unit }).success).toBe(true);
  },
);

describe('refused', () => {
  test.each([
    ['an option in the place of a unit', { unit: '--force' }],
    ['an option that ends like a unit', { unit: '--force.service' }],
    ['a name that is not full', { unit: 'nginx' }],
    ['a pattern', { unit: 'nginx*.service' }],
    ['a path', { unit: '../etc/x.service' }],
    ['two units', { unit: 'a.service b.service' }],
    ['a template without its instance', { unit: 'web@.service' }],
    ['a line end', { unit: 'a.service\n' }],
    ['a health check on another machine', { health: 'http://example.org/health' }],
    ['a health check that only looks like this machine', { health: 'http://127.0.0.1.example.org/' }],
    ['a password in an address', { health: 'http://me:secret@127.0.0.1/' }],
    ['a health check that is a path', { health: '/health' }],
    ['a duration in words', { startTimeout: 'soon' }],
    ['an unknown key', { restart: 'always' }],
    ['another engine', { engine: 'podman' }],
  ])('%s', (_, input) => {
    expect(SystemdSpec.safeParse({ engine: 'systemd', ...input }).success).toBe(false);
  });
});

test.each(['http://127.0.0.1:8080/health', 'http://localhost/', 'http://[::1]:9000/up', 'https://127.0.1.1/x?y=1'])(
  'health may be asked at %s',
  (health) => {
    expect(SystemdSpec.safeParse({ engine: 'systemd', health }).success).toBe(true);
  },
);
