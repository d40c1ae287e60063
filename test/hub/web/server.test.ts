import { once } from 'node:events';
import { connect } from 'node:net';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createRoster } from '#src/hub/nodes/roster.ts';
import type { DoorDeps } from '#src/hub/web/doors.ts';
import { createDoors } from '#src/hub/web/doors.ts';
import { createHubServer } from '#src/hub/web/server.ts';
import { createWakeReader } from '#src/hub/web/wake.ts';
import { Problem } from '#src/kit/problem.ts';
import { Secret } from '#src/kit/secret.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { seal } from '#src/wire/seal.ts';

const SECRET = 'webhook-secret-of-the-server-tests';
const TICK = 'tick-secret-of-the-server-tests--';
const NOW = 1_800_000_000_000;
const UPDATE = { update_id: 7, message: { message_id: 1 } };
const away = new Problem('ledger', 'The ledger is away.');

const hub = { name: 'hub', keys: await makeKeys() };
const alpha = { name: 'alpha', keys: await makeKeys() };
const mallory = { name: 'alpha', keys: await makeKeys() };

/** A server in front of a hub that only notes what it is asked for. */
async function setUp(more: Partial<DoorDeps> & { slowMs?: number } = {}) {
  const { slowMs, ...deps } = more;
  const seen: unknown[] = [];
  const doors = createDoors({
    receive: async (update) => {
      seen.push(update);
      return { outcome: 'taken' };
    },
    attend: async (withinMs) => void seen.push(`attend ${withinMs}`),
    round: async () => void seen.push('round'),
    tick: async () => void seen.push('tick'),
    ping: async () => {},
    ringer: createWakeReader({
      hub,
      roster: createRoster({ listed: { alpha: { key: alpha.keys.public } } }),
      now: () => NOW,
    }),
    webhookSecret: new Secret(SECRET),
    tickSecret: new Secret(TICK),
    release: '1.2.3',
    log: pino({ level: 'silent' }),
    ...deps,
  });
  const server = createHubServer({
    doors,
    log: pino({ level: 'silent' }),
    ...(slowMs === undefined ? {} : { slowMs }),
  });
  const port = await server.listen(0);
  onTestFinished(() => server.close());
  const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init);
  const post = (body: string, secret: string | undefined = SECRET) =>
    ask('/telegram', {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        ...(secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': secret }),
      },
    });
  const ring = (token: string) => ask('/wake', { method: 'POST', body: token });
  const tick = (authorization: string) => ask('/tick', { method: 'POST', headers: { authorization } });
  return { server, port, seen, ask, post, ring, tick };
}

const ringOf = ({ name, keys }: typeof alpha, to = hub, at = NOW) =>
  seal({ name, keys }, { name: to.name, key: to.keys.public })('wake', { jti: 'w1', body: { v: 1 }, at, lifeS: 60 });

test('an update with the secret is taken, and stays until what it caused is told', async () => {
  const { seen, post } = await setUp();
  expect((await post(JSON.stringify(UPDATE))).status).toBe(200);
  expect(seen).toEqual([UPDATE, 'attend 2500']);
});

test.each([
  ['no secret', ''],
  ['a wrong one', `${SECRET.slice(0, -1)}x`],
  ['a longer one', `${SECRET}x`],
  ['the beginning of it', SECRET.slice(0, 10)],
])('an update with %s is refused before it is read, without a word', async (_, secret) => {
  const { seen, post } = await setUp();
  const answer = await post(JSON.stringify(UPDATE), secret);
  expect(answer.status).toBe(401);
  expect(await answer.text()).toBe('');
  expect(seen).toEqual([]);
});

test.each([
  ['no JSON', '{', 400],
  ['no update', '[]', 400],
  ['an update without a number', '{"message":{}}', 400],
  ['more than a megabyte', JSON.stringify({ ...UPDATE, text: 'x'.repeat(1024 * 1024) }), 413],
])('%s is refused', async (_, body, status) => {
  const { seen, post } = await setUp();
  expect((await post(body)).status).toBe(status);
  expect(seen).toEqual([]);
});

test('an update that has to come again is asked for with the time to wait', async () => {
  const { post } = await setUp({ receive: async () => ({ outcome: 'retry', afterMs: 2_100 }) });
  const answer = await post(JSON.stringify(UPDATE));
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '3']);
});

test('an update that is taken is never asked for again, whatever goes wrong afterwards', async () => {
  const { post } = await setUp({ attend: () => Promise.reject(away) });
  expect((await post(JSON.stringify(UPDATE))).status).toBe(200);
});

test('a bug is an answer too', async () => {
  const { post } = await setUp({ receive: () => Promise.reject(new Error('bug')) });
  const answer = await post(JSON.stringify(UPDATE));
  expect([answer.status, await answer.text()]).toEqual([500, '']);
});

test.each([
  ['GET', '/telegram', 405],
  ['PUT', '/wake', 405],
  ['POST', '/health', 405],
  ['POST', '/', 404],
  ['GET', '/constructor', 404],
  ['POST', '/telegram/x', 404],
])('%s %s is answered with %i', async (method, path, status) => {
  const { ask, seen } = await setUp();
  expect((await ask(path, { method })).status).toBe(status);
  expect(seen).toEqual([]);
});

test('without a webhook and a clock outside there are no such doors', async () => {
  const { post, tick } = await setUp({ webhookSecret: undefined, tickSecret: undefined });
  expect((await post(JSON.stringify(UPDATE))).status).toBe(404);
  expect((await tick(`Bearer ${TICK}`)).status).toBe(404);
});

test('a body that does not come to its end is answered all the same', async () => {
  const { port } = await setUp({ slowMs: 200 });
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write(
    `POST /telegram HTTP/1.1\r\nhost: hub\r\nx-telegram-bot-api-secret-token: ${SECRET}\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{`,
  );
  const [first] = await once(socket, 'data');
  expect(String(first)).toMatch(/^HTTP\/1.1 408 /);
  await once(socket, 'close');
});

test('a node rings with its own seal, and the hub stays for what falls due', async () => {
  const { seen, ring } = await setUp();
  expect((await ring(await ringOf(alpha))).status).toBe(204);
  expect(seen).toEqual(['attend 8000']);
});

test.each<[string, () => Promise<string> | string]>([
  ['nothing', () => ''],
  ['anything', () => 'x.y.z'],
  ["another key under a node's name", () => ringOf(mallory)],
  ['a ring for another hub', () => ringOf(alpha, { name: 'hub', keys: mallory.keys })],
  ['a ring of long ago', () => ringOf(alpha, hub, NOW - 91_000)],
  ['a ring of the future', () => ringOf(alpha, hub, NOW + 31_000)],
  ['the hub itself', () => ringOf(hub)],
])('%s does not wake the hub', async (_, token) => {
  const { seen, ring } = await setUp();
  expect((await ring(await token())).status).toBe(401);
  expect(seen).toEqual([]);
});

test('however often a node rings, the hub stays for it once', async () => {
  const stay = Promise.withResolvers<void>();
  const begun: string[] = [];
  const { ring } = await setUp({
    attend: async () => {
      begun.push('attend');
      await stay.promise;
    },
    round: async () => void begun.push('round'),
  });
  const token = await ringOf(alpha);
  const first = ring(token);
  await waitUntil(() => begun[0], { withinMs: 5_000, everyMs: 5, what: 'the first ring' });
  const rings = await Promise.all(Array.from({ length: 20 }, () => ring(token)));
  expect(rings.every(({ status }) => status === 204)).toBe(true);
  expect(begun.filter((what) => what === 'attend')).toHaveLength(1);
  stay.resolve();
  expect((await first).status).toBe(204);
});

test('a ring that the ledger did not hear may come again', async () => {
  const { ring } = await setUp({ attend: () => Promise.reject(away) });
  expect((await ring(await ringOf(alpha))).status).toBe(503);
});

test('the clock outside needs its own secret', async () => {
  const { seen, tick } = await setUp();
  for (const wrong of ['', TICK, 'Bearer ', `Bearer ${SECRET}`, `Bearer ${TICK} x`, `Basic ${TICK}`])
    expect((await tick(wrong)).status).toBe(401);
  expect(seen).toEqual([]);
  expect((await tick(`Bearer ${TICK}`)).status).toBe(204);
  expect(seen).toEqual(['attend 8000', 'tick']);
});

test('health says the release and whether the ledger answers, and nothing else', async () => {
  const pings: string[] = [];
  const well = await setUp({ ping: async () => void pings.push('ping') });
  for (let i = 0; i < 5; i += 1) {
    const answer = await well.ask('/health');
    expect([answer.status, await answer.json()]).toEqual([200, { release: '1.2.3', ledger: 'answers' }]);
  }
  expect(pings).toHaveLength(1);
  const ill = await setUp({ ping: () => Promise.reject(away) });
  const answer = await ill.ask('/health');
  expect([answer.status, await answer.json()]).toEqual([503, { release: '1.2.3', ledger: 'away' }]);
});

test('a server that ends lets the open requests end, and takes no more', async () => {
  const stay = Promise.withResolvers<void>();
  const { server, seen, port, post, ask } = await setUp({ attend: async () => await stay.promise });
  const open = post(JSON.stringify(UPDATE));
  await waitUntil(() => seen[0], { withinMs: 5_000, everyMs: 5, what: 'the request' });
  const closed = server.close();
  await expect(ask('/health')).rejects.toThrow();
  stay.resolve();
  expect((await open).status).toBe(200);
  await closed;
  expect(port).toBeGreaterThan(0);
});
