import { describe, expect, test } from 'vitest';
import { diskFacts, diskMark, endpointFact, memoryFact, percentile } from '#src/knowledge/verdicts.ts';
import type { Probe } from '#src/operation/tools.ts';
import { THRESHOLDS as LIMITS } from '../handlers/tools.ts';

const GB = 1e9;

describe('disks', () => {
  const tone = (freeBytes: number, totalBytes: number) =>
    diskFacts([{ path: '/', freeBytes, totalBytes }], LIMITS)[0]?.tone;

  test('are told with free space, size, what is used, and the limits of both', () => {
    expect(diskFacts([{ path: '/', freeBytes: 90 * GB, totalBytes: 200 * GB }], LIMITS)).toEqual([
      { label: 'Disk', value: '90 GB free of 200 GB, 55 % used', limit: 'at least 10 GB, under 75 %', tone: 'ok' },
    ]);
  });

  test('that are fuller than they should stay say so, which is no trouble yet', () => {
    expect(diskFacts([{ path: '/', freeBytes: 80 * GB, totalBytes: 200 * GB }], LIMITS)).toMatchObject([
      { value: '80 GB free of 200 GB, 60 % used, time to tidy up', tone: 'ok' },
    ]);
  });

  test('have their paths when there are several', () => {
    const disks = [
      { path: '/', freeBytes: 90 * GB, totalBytes: 200 * GB },
      { path: '/data', freeBytes: GB, totalBytes: 200 * GB },
    ];
    expect(diskFacts(disks, LIMITS).map(({ label }) => label)).toEqual(['Disk /', 'Disk /data']);
  });

  test('of less than four times the limit need a quarter of their size', () => {
    expect(diskFacts([{ path: '/', freeBytes: 6 * GB, totalBytes: 20 * GB }], LIMITS)).toMatchObject([
      { limit: 'at least 5.0 GB, under 75 %', tone: 'ok' },
    ]);
  });

  test.each([
    [10 * GB + 1, 30 * GB, 'ok'],
    [10 * GB, 30 * GB, 'ok'],
    [10 * GB, 200 * GB, 'bad'],
    [100 * GB, 400 * GB, 'warn'],
    [101 * GB, 400 * GB, 'ok'],
    [61 * GB, 400 * GB, 'warn'],
    [60 * GB, 400 * GB, 'bad'],
    [5 * GB, 20 * GB, 'bad'],
    [0, 0, 'bad'],
  ])('with %d free of %d are %s', (free, total, expected) => {
    expect(tone(free, total)).toBe(expected);
  });

  test.each([
    [59.9, 'well'],
    [60, 'clean'],
    [74.9, 'clean'],
    [75, 'alert'],
    [84.9, 'alert'],
    [85, 'panic'],
  ])('of which %d %% is used are at the mark %s', (percent, mark) => {
    expect(diskMark(percent, LIMITS)).toBe(mark);
  });

  test('that are none have nothing to tell', () => {
    expect(diskFacts([], LIMITS)).toEqual([]);
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
