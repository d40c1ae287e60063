import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { createEndpoints, EndpointSpec } from '#src/adapters/endpoints.ts';
import { patience } from './temporary.ts';
import { webServer } from './webServer.ts';

describe('an endpoint that is well', () => {
  test('gives one latency for each probe', async () => {
    const url = await webServer((_, response) => void response.end('ok'));
    const [probe] = await probeAll({ api: { url: `${url}/path?token=secret` } });
    expect(probe).toEqual({
      name: 'api',
      url: `${url}/path`,
      latenciesMs: Array(5).fill(expect.any(Number)),
      failures: 0,
      reason: undefined,
    });
    expect(probe?.latenciesMs.every((ms) => ms > 0 && ms < 2000)).toBe(true);
  });

  test('may redirect, which is not followed', async () => {
    const asked: (string | undefined)[] = [];
    const url = await webServer((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect((await probeAll({ api: { url: `${url}/here` } }))[0]).toMatchObject({ failures: 0 });
    expect(asked).toEqual(Array(5).fill('/here'));
  });

  test('is asked with at most two requests at a time', async () => {
    let now = 0;
    let most = 0;
    const url = await webServer((_, response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        response.end();
      }, 20);
    });
    await probeAll({ api: { url } }, 8);
    expect(most).toBe(2);
  });

  test('may send a body without end', async () => {
    const url = await webServer((_, response) => {
      const writing = setInterval(() => response.write('x'.repeat(10_000)), 5);
      response.on('close', () => clearInterval(writing));
    });
    expect((await probeAll({ api: { url, timeout: '300ms' } }, 2))[0]).toMatchObject({ failures: 0 });
  });
});

describe('an endpoint that is not well', () => {
  test('fails sometimes: the failures are counted beside the latencies, the first is told', async () => {
    let count = 0;
    const url = await webServer((_, response) => {
      count += 1;
      response.writeHead(count % 2 === 0 ? 503 : 200).end();
    });
    const [probe] = await probeAll({ api: { url } }, 6);
    expect(probe).toMatchObject({ failures: 3, reason: 'answered 503' });
    expect(probe?.latenciesMs).toHaveLength(3);
  });

  test('is too slow', async () => {
    const url = await webServer(() => {});
    const [probe] = await probeAll({ api: { url, timeout: '100ms' } }, 3);
    expect(probe).toMatchObject({ latenciesMs: [], failures: 3, reason: 'no answer in 100 ms' });
  });

  test('hangs up', async () => {
    const url = await webServer((request) => void request.socket.destroy());
    expect((await probeAll({ api: { url } }))[0]).toMatchObject({
      failures: 5,
      reason: 'connection closed without an answer',
    });
  });

  test('is not there', async () => {
    expect((await probeAll({ api: { url: 'http://127.0.0.1:1/' } }))[0]).toMatchObject({
      failures: 5,
      reason: 'connection refused',
    });
  });

  test('answers another status than the one that is expected', async () => {
    const url = await webServer((_, response) => void response.end());
    expect((await probeAll({ api: { url, expect: 401 } }))[0]).toMatchObject({
      failures: 5,
      reason: 'answered 200, not 401',
    });
  });
});

test('endpoints come in the order of the configuration, a dead one among them', async () => {
  const url = await webServer((_, response) => void response.end());
  const probes = await probeAll({ one: { url }, dead: { url: 'http://127.0.0.1:1' }, two: { url } });
  expect(probes.map(({ name, failures }) => [name, failures])).toEqual([
    ['one', 0],
    ['dead', 5],
    ['two', 0],
  ]);
});

test('a cancelled probe throws', async () => {
  const url = await webServer(() => {});
  const cancel = new AbortController();
  const probing = createEndpoints({ specs: { api: EndpointSpec.parse({ url }) } }).probe(cancel.signal);
  cancel.abort();
  await expect(probing).rejects.toThrow('aborted');
});

describe('the configuration of an endpoint', () => {
  test('has defaults', () => {
    expect(EndpointSpec.parse({ url: 'https://example.org/' })).toEqual({ url: 'https://example.org/', timeout: 2000 });
  });

  test.each([
    [{ url: 'ftp://example.org' }, 'write a full http:// or https:// address'],
    [{ url: 'example.org' }, 'write a full http:// or https:// address'],
    [{ url: 'https://ann:secret@example.org' }, 'carries no user name or password'],
    [{ url: 'https://example.org', timeout: 'soon' }, 'is not a duration: write 500ms'],
    [{ url: 'https://example.org', retries: 3 }, 'retries'],
  ])('refuses %o', (input, reason) => {
    expect(() => EndpointSpec.parse(input)).toThrow(reason);
  });
});

function probeAll(specs: Record<string, z.input<typeof EndpointSpec>>, probes?: number) {
  const parsed = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, EndpointSpec.parse(spec)]));
  return createEndpoints({ specs: parsed, ...(probes === undefined ? {} : { probes }) }).probe(patience());
}
