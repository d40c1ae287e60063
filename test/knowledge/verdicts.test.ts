import { describe, expect, test } from 'vitest';
import { diskFacts, endpointFact, memoryFact, percentile, workloadFact } from '#src/knowledge/verdicts.ts';
import type { Probe, Thresholds, Workload } from '#src/operation/tools.ts';

const GB = 1e9;
const LIMITS: Thresholds = { diskFreeGb: 10, memoryPercent: 80, endpointP95Ms: 500, endpointErrorPercent: 1 };

describe('disks', () => {
  const tone = (freeBytes: number, totalBytes: number) =>
    diskFacts([{ path: '/', freeBytes, totalBytes }], 10)[0]?.tone;

  test('are told with free space, size and the least that must be free', () => {
    expect(diskFacts([{ path: '/', freeBytes: 45 * GB, totalBytes: 200 * GB }], 10)).toEqual([
      { label: 'Disk', value: '45 GB free of 200 GB', limit: 'at least 10 GB', tone: 'ok' },
    ]);
  });

  test('have their paths when there are several', () => {
    const disks = [
      { path: '/', freeBytes: 45 * GB, totalBytes: 200 * GB },
      { path: '/data', freeBytes: GB, totalBytes: 200 * GB },
    ];
    expect(diskFacts(disks, 10)).toEqual([
      { label: 'Disk /', value: '45 GB free of 200 GB', limit: 'at least 10 GB', tone: 'ok' },
      { label: 'Disk /data', value: '1.0 GB free of 200 GB', limit: 'at least 10 GB', tone: 'bad' },
    ]);
  });

  test('of less than four times the limit need a quarter of their size', () => {
    expect(diskFacts([{ path: '/', freeBytes: 6 * GB, totalBytes: 20 * GB }], 10)).toEqual([
      { label: 'Disk', value: '6.0 GB free of 20 GB', limit: 'at least 5.0 GB', tone: 'ok' },
    ]);
  });

  test.each([
    [10 * GB + 1, 200 * GB, 'ok'],
    [10 * GB, 200 * GB, 'bad'],
    [5 * GB + 1, 20 * GB, 'ok'],
    [5 * GB, 20 * GB, 'bad'],
    [0, 0, 'bad'],
  ])('with %d free of %d are %s', (free, total, expected) => {
    expect(tone(free, total)).toBe(expected);
  });

  test('that are none have nothing to tell', () => {
    expect(diskFacts([], 10)).toEqual([]);
  });
});

describe('memory', () => {
  test.each([
    [0, 16 * GB, { value: '0 % of 16 GB used', tone: 'ok' }],
    [12.8 * GB - 1, 16 * GB, { value: '80 % of 16 GB used', tone: 'ok' }],
    [12.8 * GB, 16 * GB, { value: '80 % of 16 GB used', tone: 'bad' }],
    [0, 0, { value: '0 % of 0 B used', tone: 'ok' }],
  ])('%d of %d', (usedBytes, totalBytes, told) => {
    expect(memoryFact({ usedBytes, totalBytes }, 80)).toEqual({ label: 'Memory', limit: 'under 80 %', ...told });
  });
});

describe('an endpoint', () => {
  const probe = (more: Partial<Probe>): Probe => ({
    name: 'api',
    url: 'http://127.0.0.1',
    latenciesMs: [],
    failures: 0,
    reason: undefined,
    ...more,
  });
  const latencies = (count: number, ms: number) => Array<number>(count).fill(ms);

  test.each<[string, Partial<Probe>, { value: string; tone: string }]>([
    ['that answers fast', { latenciesMs: latencies(5, 12) }, { value: 'p95 12 ms, 0 % of 5 failed', tone: 'ok' }],
    ['just under the limit', { latenciesMs: latencies(5, 499) }, { value: 'p95 499 ms, 0 % of 5 failed', tone: 'ok' }],
    ['at the limit', { latenciesMs: latencies(5, 500) }, { value: 'p95 500 ms, 0 % of 5 failed', tone: 'warn' }],
    [
      'that failed once',
      { latenciesMs: latencies(4, 12), failures: 1, reason: 'status 503' },
      { value: 'p95 12 ms, 20 % of 5 failed (status 503)', tone: 'bad' },
    ],
    [
      'that is slow and failed',
      { latenciesMs: latencies(4, 2500), failures: 1 },
      { value: 'p95 2.5 s, 20 % of 5 failed', tone: 'bad' },
    ],
    [
      'that never answered',
      { failures: 5, reason: 'connection refused' },
      { value: 'no answer, 100 % of 5 failed (connection refused)', tone: 'bad' },
    ],
    ['that was never asked', {}, { value: 'no answer, 100 % of 0 failed', tone: 'bad' }],
    [
      'that failed less than the limit, without the reason',
      { latenciesMs: latencies(200, 12), failures: 1, reason: 'status 503' },
      { value: 'p95 12 ms, 0 % of 201 failed', tone: 'ok' },
    ],
  ])('%s', (_, more, told) => {
    expect(endpointFact(probe(more), LIMITS)).toEqual({
      label: 'Endpoint api',
      limit: 'under 500 ms and 1 %',
      ...told,
    });
  });
});

describe('a workload', () => {
  const workload = (more: Partial<Workload>): Workload => ({
    name: 'web',
    engine: 'process',
    state: 'running',
    healthy: undefined,
    instance: '1',
    forMs: undefined,
    detail: undefined,
    ...more,
  });

  test.each<[Partial<Workload>, string, string]>([
    [{}, 'running', 'ok'],
    [{ forMs: 10_800_000, healthy: true }, 'running for 3 h · healthy', 'ok'],
    [{ forMs: 5_000, healthy: false, detail: 'pid 7' }, 'running for 5.0 s · not healthy · pid 7', 'bad'],
    [{ state: 'stopped', forMs: 60_000 }, 'stopped for 1 min', 'bad'],
    [{ state: 'failed', healthy: false, detail: 'exit code 1' }, 'failed · exit code 1', 'bad'],
    [{ state: 'stopped', healthy: true }, 'stopped', 'bad'],
    [{ forMs: 0 }, 'running for 0 ms', 'ok'],
  ])('%j', (more, value, tone) => {
    expect(workloadFact(workload(more))).toEqual({ label: 'web', value, tone });
  });
});

test.each<[readonly number[], number, number | undefined]>([
  [[], 95, undefined],
  [[7], 95, 7],
  [[3, 1, 2], 50, 2],
  [[1, 2, 3, 4, 5], 95, 5],
  [Array.from({ length: 100 }, (_, i) => 100 - i), 95, 95],
  [[100, 20, 3], 100, 100],
  [[100, 20, 3], 0, 3],
])('of %j the percentile %i is %s', (values, percent, expected) => {
  expect(percentile(values, percent)).toBe(expected);
});
