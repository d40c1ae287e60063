import { describe, expect, test } from 'vitest';
import { watchDisks } from '#src/agent/watch/disk.ts';
import { watchEndpoints } from '#src/agent/watch/endpoints.ts';
import { watchMemory } from '#src/agent/watch/memory.ts';
import type { Reading } from '#src/agent/watch/watch.ts';
import type { HostReading, Probe } from '#src/operation/tools.ts';
import { THRESHOLDS as LIMITS } from '../../handlers/tools.ts';

const GB = 1e9;
const { signal } = new AbortController();

const host = (reading: Partial<HostReading>) => ({
  read: async (): Promise<HostReading> => ({
    disks: [],
    memory: { usedBytes: 0, totalBytes: GB },
    swap: { usedBytes: 0, totalBytes: 0 },
    loadPerCpu: 0,
    uptimeMs: 0,
    system: 'Linux',
    ...reading,
  }),
});
const said = ({ trouble }: Reading) =>
  trouble === undefined ? 'ok' : trouble === 'unsure' ? trouble : `${trouble.tone}: ${trouble.title}`;

describe('a disk (row H6)', () => {
  test.each([
    [0, 'ok'],
    [74, 'ok'],
    [75, 'warn: / is 75 % full'],
    [84, 'warn: / is 84 % full'],
    [85, 'bad: / is 85 % full'],
    [100, 'bad: / is 100 % full'],
  ])('that is %i %% full: %s', async (percent, words) => {
    const disks = [{ path: '/', totalBytes: 100 * GB, freeBytes: (100 - percent) * GB }];
    const [reading] = await watchDisks(host({ disks }), LIMITS).look(signal);
    expect(reading && said(reading)).toBe(words);
    expect(reading).toMatchObject({ fingerprint: 'disk /', well: `/ is ${percent} % full` });
  });

  test('each is a condition of its own', async () => {
    const disks = ['/', '/data'].map((path) => ({ path, totalBytes: GB, freeBytes: 0 }));
    const readings = await watchDisks(host({ disks }), LIMITS).look(signal);
    expect(readings.map(({ fingerprint }) => fingerprint)).toEqual(['disk /', 'disk /data']);
  });
});

describe('memory (row H1)', () => {
  test.each([
    [79, 'ok'],
    [80, 'warn: memory is 80 % used'],
  ])('%i %% used: %s', async (percent, words) => {
    const memory = { usedBytes: (percent * GB) / 100, totalBytes: GB };
    const [reading] = await watchMemory(host({ memory }), LIMITS).look(signal);
    expect(reading && said(reading)).toBe(words);
  });
});

describe('an endpoint', () => {
  const probe = (more: Partial<Probe>): Probe => ({
    ...{ name: 'api', url: 'http://127.0.0.1/', latenciesMs: [], failures: 0, reason: undefined, ...more },
  });
  test.each<[string, Partial<Probe>, string]>([
    ['that answers', { latenciesMs: [5, 6] }, 'ok'],
    ['that answers now and then', { latenciesMs: [5], failures: 4, reason: 'answered 500' }, 'ok'],
    ['that does not answer at all', { failures: 5, reason: 'refused' }, 'bad: endpoint api does not answer'],
  ])('%s', async (_, seen, words) => {
    const [reading] = await watchEndpoints({ probe: async () => [probe(seen)] }).look(signal);
    expect(reading && said(reading)).toBe(words);
    expect(reading?.fingerprint).toBe('endpoint api');
  });
});
