import { describe, expect, test } from 'vitest';
import { countDown, isDown, refuseMissing, statusFact, workloadFact } from '#src/knowledge/workloads.ts';
import type { Workload } from '#src/operation/tools.ts';
import { workload } from '../handlers/tools.ts';

const bare = (more: Partial<Workload>) =>
  workload({ healthy: undefined, forMs: undefined, detail: undefined, ...more });

describe('the state of a workload', () => {
  test.each<[Partial<Workload>, string, string]>([
    [{}, 'running', 'ok'],
    [{ forMs: 10_800_000, healthy: true }, 'running for 3 h · healthy', 'ok'],
    [{ forMs: 5_000, healthy: false, detail: 'pid 7' }, 'running for 5.0 s · not healthy · pid 7', 'bad'],
    [{ state: 'stopped', forMs: 60_000 }, 'stopped for 1 min', 'bad'],
    [{ state: 'failed', healthy: false, detail: 'exit code 1' }, 'failed · exit code 1', 'bad'],
    [{ state: 'stopped', healthy: true }, 'stopped', 'bad'],
    [{ state: 'missing', detail: 'no container web' }, 'missing · no container web', 'bad'],
    [{ state: 'unknown', detail: 'no socket' }, 'unknown · no socket', 'warn'],
    [{ forMs: 0 }, 'running for 0 ms', 'ok'],
    [{ expected: false, healthy: false }, 'running · not healthy', 'warn'],
    [{ expected: false, state: 'failed' }, 'failed', 'info'],
    [{ detail: 'red \u001b[31malert\u202e' }, 'running · red alert', 'ok'],
  ])('%j', (more, value, tone) => {
    expect(workloadFact(bare(more))).toEqual({ label: 'web', value, tone });
  });

  test('never outgrows a line of a reply', () => {
    expect(workloadFact(bare({ detail: 'x'.repeat(900) })).value).toHaveLength(400);
  });

  test.each<[Partial<Workload>, string]>([
    [{ engine: 'podman', restarts: 0 }, 'running · podman'],
    [{ engine: 'podman', restarts: 1, healthy: true }, 'running · healthy · podman · started again 1 time'],
    [{ engine: 'systemd', restarts: 4, expected: false }, 'running · systemd · started again 4 times · not declared'],
  ])('in a status: %j', (more, value) => {
    expect(statusFact(bare(more)).value).toBe(value);
  });
});

test.each<[Partial<Workload>, boolean]>([
  [{}, false],
  [{ healthy: false }, true],
  [{ state: 'stopped' }, true],
  [{ state: 'missing' }, true],
  [{ state: 'unknown' }, true],
  [{ state: 'stopped', expected: false }, false],
  [{ healthy: false, expected: false }, false],
])('%j is down: %s', (more, down) => {
  expect(isDown(bare(more))).toBe(down);
});

test('those that are down are counted by what is wrong', () => {
  const all = [
    bare({ healthy: false }),
    bare({ state: 'missing' }),
    bare({ state: 'missing' }),
    bare({ state: 'failed' }),
  ];
  expect(countDown(all)).toBe('1 unhealthy, 2 missing, 1 failed');
});

test('only one that its engine has can be acted on', () => {
  expect(refuseMissing(bare({ state: 'failed' })).name).toBe('web');
  expect(() => refuseMissing(bare({ state: 'missing', engine: 'systemd' }))).toThrow('systemd does not have it');
});
