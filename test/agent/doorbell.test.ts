import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createDoorbell } from '#src/agent/doorbell.ts';
import type { Saying } from '#src/wire/event.ts';

const ACCEPTED: Saying = { kind: 'accepted', job: 'a' };
const PROGRESS: Saying = { kind: 'progress', job: 'a', steps: [] };

// Only the doorbell's own waits are in hand; the sockets keep their time.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** A hub that counts its rings and answers as it is told; `hold` keeps it from answering. */
async function setUp(answer: () => number = () => 204) {
  const heard: string[] = [];
  let gate = Promise.resolve();
  const server = createServer(async (request, response) => {
    for await (const chunk of request) heard.push(`${request.url} ${chunk}`);
    await gate;
    response.writeHead(answer()).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const doorbell = createDoorbell({
    hubUrl: `http://127.0.0.1:${port}`,
    seal: async ({ at, lifeS }) => `sealed at ${at} for ${lifeS}`,
    now: () => 7,
    log: pino({ level: 'silent' }),
  });
  onTestFinished(async () => {
    await doorbell.close(0);
    server.closeAllConnections();
    server.close();
  });
  return {
    ...{ doorbell, heard },
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    /** Turns of the real event loop, until so many rings were heard and answered. */
    until: async (count: number) => {
      for (let turn = 0; heard.length < count && turn < 2_000; turn += 1) await new Promise(setImmediate);
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
      expect(heard).toHaveLength(count);
    },
  };
}

test('what an operator waits for rings at once, sealed', async () => {
  const { doorbell, heard, until } = await setUp();
  doorbell.ring([PROGRESS, ACCEPTED]);
  await until(1);
  expect(heard).toEqual(['/wake sealed at 7 for 60']);
});

test('progress rings every 3 s at the most, and its last word is not lost', async () => {
  const { doorbell, until } = await setUp();
  doorbell.ring([PROGRESS]);
  await until(1);
  for (let i = 0; i < 5; i += 1) doorbell.ring([PROGRESS]);
  await until(1);
  vi.advanceTimersByTime(2_900);
  await until(1);
  vi.advanceTimersByTime(200);
  await until(2);
});

test('a verdict does not wait for the turn of progress', async () => {
  const { doorbell, until } = await setUp();
  doorbell.ring([PROGRESS]);
  await until(1);
  doorbell.ring([PROGRESS]);
  doorbell.ring([ACCEPTED]);
  await until(2);
  vi.advanceTimersByTime(10_000);
  await until(2);
});

test('rings while one is on its way become one behind it', async () => {
  const { doorbell, hold, until } = await setUp();
  const release = hold();
  for (let i = 0; i < 5; i += 1) doorbell.ring([ACCEPTED]);
  await until(1);
  release();
  await until(2);
});

test('a ring that nobody heard is rung once more after 5 s, and then forgotten', async () => {
  const { doorbell, until } = await setUp(() => 503);
  doorbell.ring([ACCEPTED]);
  await until(1);
  vi.advanceTimersByTime(4_900);
  await until(1);
  vi.advanceTimersByTime(200);
  await until(2);
  vi.advanceTimersByTime(600_000);
  await until(2);
});

test('the end waits for the last ring, and nothing is rung after it', async () => {
  const { doorbell, hold, until } = await setUp();
  const release = hold();
  doorbell.ring([ACCEPTED]);
  await until(1);
  const closed = doorbell.close(10_000);
  release();
  await closed;
  doorbell.ring([ACCEPTED]);
  vi.advanceTimersByTime(60_000);
  await until(1);
});

test('a hub that does not answer does not hold up the end', async () => {
  const { doorbell, hold, until } = await setUp();
  const release = hold();
  doorbell.ring([ACCEPTED]);
  await until(1);
  const closed = doorbell.close(2_000);
  vi.advanceTimersByTime(2_000);
  await closed;
  release();
});

test('without an address nobody is rung', async () => {
  const silent = createDoorbell({ seal: async () => '', now: () => 7, log: pino({ level: 'silent' }) });
  silent.ring([ACCEPTED]);
  await silent.close(0);
});
