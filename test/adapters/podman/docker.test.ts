import { expect, test } from 'vitest';
import { patience } from '../temporary.ts';
import { dockerContainer, dockerEngine, ID, json } from './dockerEngine.ts';
import { openWorkloads } from './made.ts';

const NOW = Date.parse('2026-11-21T07:00:01.5Z');
const CHECK = { Test: ['CMD', 'curl', '-f', 'http://localhost/'], Interval: 30e9, Timeout: 5e9, Retries: 3 };

test('the name is the one without a second slash, and times have nanoseconds', async () => {
  const { workloads } = await open(dockerContainer());
  expect(await workloads.list(patience())).toMatchObject(
    [{ name: 'web', state: 'running', forMs: 3_600_000, restarts: 0, instance: /^4fa6e0f0c678@/ }].map((one) => ({
      ...one,
      instance: expect.stringMatching(one.instance),
    })),
  );
});

test.each([
  [
    { Status: 'exited', ExitCode: 0 },
    { state: 'stopped', detail: undefined },
  ],
  [
    { Status: 'exited', ExitCode: 143 },
    { state: 'stopped', detail: 'exit code 143 (SIGTERM)' },
  ],
  [
    { Status: 'exited', ExitCode: 1 },
    { state: 'failed', detail: 'exit code 1' },
  ],
  [
    { Status: 'exited', ExitCode: 137, OOMKilled: true },
    { state: 'failed', detail: 'exit code 137 (out of memory)' },
  ],
  [
    { Status: 'restarting', ExitCode: 3, Restarting: true },
    { state: 'failed', detail: 'restarting, exit code 3' },
  ],
  [
    { Status: 'dead', ExitCode: 0, Error: 'driver failed' },
    { state: 'failed', detail: 'dead, driver failed' },
  ],
  [
    { Status: 'created', StartedAt: '0001-01-01T00:00:00Z' },
    { state: 'stopped', detail: 'never started' },
  ],
])('%j is %j', async (State, seen) => {
  const { workloads } = await open(dockerContainer({ State: { FinishedAt: '2026-11-21T07:00:00Z', ...State } }));
  expect(await workloads.get('web', patience())).toMatchObject(seen);
});

test.each([
  [
    { Status: 'starting', FailingStreak: 0, Log: [] },
    { healthy: undefined, detail: 'starting' },
  ],
  [
    { Status: 'healthy', FailingStreak: 0, Log: [result(0, 'ok')] },
    { healthy: true, detail: undefined },
  ],
  [
    { Status: 'unhealthy', FailingStreak: 5, Log: [result(0, 'ok', '06:58'), result(22, 'curl: (22)\n 503\u001b[0m')] },
    { healthy: false, detail: 'health check: curl: (22) 503' },
  ],
  [
    { Status: 'none', FailingStreak: 0 },
    { healthy: undefined, detail: undefined },
  ],
])('health %j is %j', async (Health, seen) => {
  const { workloads } = await open(dockerContainer({ State: { Health }, Config: { Healthcheck: CHECK } }));
  expect(await workloads.get('web', patience())).toMatchObject({ state: 'running', ...seen });
});

test('a health check that is switched off is none', async () => {
  const Config = { Healthcheck: { Test: ['NONE'] } };
  const { workloads } = await open(dockerContainer({ State: { Health: { Status: 'unhealthy', Log: [] } }, Config }));
  expect(await workloads.get('web', patience())).toMatchObject({ healthy: undefined });
});

test('limits by quota, and memory without the cache of files', async () => {
  let samples = 0;
  const HostConfig = { Memory: 512e6, MemorySwap: -1, CpuQuota: 150_000, CpuPeriod: 100_000, PidsLimit: -1 };
  const { workloads } = await open(dockerContainer({ HostConfig }), {
    'GET /stats': (_, response) => {
      samples += 1;
      json(response, 200, sample(samples));
    },
  });
  const { limits, usage } = await workloads.inspect('web', patience());
  expect(limits).toEqual({
    memoryBytes: 512e6,
    reservedBytes: undefined,
    swapBytes: undefined,
    cpus: 1.5,
    pids: undefined,
  });
  expect(usage).toEqual({ memoryBytes: 60e6, cpuPercent: 25, pids: 4 });
});

test('what is told of it holds ports and mounts, and no variable', async () => {
  const { about } = await (await open(dockerContainer())).workloads.inspect('web', patience());
  expect(about).toEqual([
    { label: 'Container', value: '4fa6e0f0c678' },
    { label: 'Image', value: 'nginx:1.27 (ec3f02421ae0)' },
    { label: 'Command', value: '/docker-entrypoint.sh with 3 arguments' },
    { label: 'Created', value: '2026-11-21T06:00:00.123Z' },
    { label: 'Ports', value: '443/tcp, not published, 0.0.0.0:8080 -> 80/tcp, [::]:8080 -> 80/tcp' },
    { label: 'Mount', value: 'volume site -> /srv, read and write' },
    { label: 'Mount', value: 'tmpfs /run, read and write' },
    { label: 'Restart policy', value: 'unless-stopped' },
    { label: 'Health check', value: 'none' },
  ]);
});

test('a redirect is not followed', async () => {
  const { workloads } = await open(dockerContainer(), {
    'POST /restart': (_, response) => void response.writeHead(301, { location: '/secrets/json' }).end(),
  });
  await expect(workloads.restart('web', { force: true }, patience())).rejects.toMatchObject({
    code: 'engine',
    message: expect.stringContaining('redirects'),
  });
});

test('a refusal comes in its own words', async () => {
  const { workloads } = await open(dockerContainer(), {
    'POST /restart': (_, response) =>
      json(response, 500, { message: `driver failed programming ports on ${ID}: port is already allocated` }),
  });
  await expect(workloads.restart('web', { force: true }, patience())).rejects.toMatchObject({
    code: 'cannot-start',
    message:
      'The container web cannot start: driver failed programming ports on 4fa6e0f0c678: port is already allocated. Look at it with: podman inspect web',
  });
});

test.each([
  ['half an answer', '{"Id":', 'did not answer within'],
  ['no JSON', undefined, 'cannot be understood'],
])('%s is the fault of the engine', async (_, half, said) => {
  const { workloads } = await open(dockerContainer(), {
    'GET /json': (_request, response) => {
      response.writeHead(200, half ? { 'content-length': '1000' } : {});
      if (!half) return void response.end('<html>');
      response.write(half, () => response.socket?.destroy());
    },
  });
  await expect(workloads.get('web', patience())).rejects.toMatchObject({
    code: 'engine',
    message: expect.stringContaining(said),
  });
});

test('a search gives up where a log is too long to be sent whole', async () => {
  const { workloads } = await open(dockerContainer(), {
    'GET /logs': ({ url = '' }, response) => {
      const tail = new URL(url, 'http://engine').searchParams.get('tail');
      response.end(frames(tail === 'all' ? 70_000 : Number(tail) / 10));
    },
  });
  const search = (grep: string) => workloads.logs('web', { lines: 2, grep }, patience());
  expect((await search('hay')).split('\n').map((line) => line.trim())).toEqual(['hay', 'hay']);
  expect(await search('needle')).toBe('[only the last 10000 lines were searched]');
});

test('a log of which a line is being written is asked for again', async () => {
  let asked = 0;
  const { workloads } = await open(dockerContainer(), {
    'GET /logs': (_, response) => {
      asked += 1;
      if (asked > 2) return void response.end(frames(1));
      response.writeHead(500).end("unable to read log file: '2026-11-21T08:01' is not a valid container log line");
    },
  });
  expect((await workloads.logs('web', { lines: 1 }, patience())).trim()).toBe('hay');
  expect(asked).toBe(3);
});

/** So many frames of 10 lines each, about 1 kB. */
function frames(count: number): Buffer {
  const text = Buffer.from(`${'hay\n'.repeat(9)}${' '.repeat(960)}hay\n`);
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(text.length, 4);
  return Buffer.concat(Array.from({ length: count }, () => [header, text]).flat());
}

async function open(container: object, answers: Parameters<typeof dockerEngine>[1] = {}) {
  return openWorkloads(await dockerEngine(() => container, answers), { web: {} }, { now: () => NOW });
}

function result(ExitCode: number, Output: string, at = '06:59') {
  return { Start: `2026-11-21T${at}:50.1+00:00`, End: `2026-11-21T${at}:50.2+00:00`, ExitCode, Output };
}

/** The n-th sample, two seconds apart: half a second of CPU each. */
function sample(n: number): object {
  return {
    read: new Date(NOW + n * 2000).toISOString(),
    preread: '0001-01-01T00:00:00Z',
    pids_stats: { current: 4, limit: 18_446_744_073_709_552_000 },
    cpu_stats: { cpu_usage: { total_usage: n * 0.5e9 }, system_cpu_usage: 1e15, online_cpus: 2 },
    memory_stats: { usage: 100e6, stats: { inactive_file: 40e6 }, limit: 512e6 },
  };
}
