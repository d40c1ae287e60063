import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDoors } from '#src/hub/web/doors.ts';
import { createHubServer } from '#src/hub/web/server.ts';
import { Secret } from '#src/kit/secret.ts';

const SECRET = 'webhook-secret-of-the-attack-tests';
const OLD = 'webhook-secret-before-this-one----';
const BODY = '{"update_id":7}';
const JSON_TYPE = 'content-type: application/json';
const GIVEN = `x-telegram-bot-api-secret-token: ${SECRET}`;

/** A hub's server that notes what was let in; a request may take 300 ms. */
async function setUp(webhookSecret = new Secret(SECRET)) {
  const taken: unknown[] = [];
  const log = pino({ level: 'silent' });
  const doors = createDoors({
    receive: async (update) => {
      taken.push(update);
      return { outcome: 'taken' };
    },
    attend: async () => {},
    round: async () => {},
    tick: async () => {},
    ping: async () => {},
    ringer: async () => undefined,
    ...{ webhookSecret, tickSecret: undefined, release: '1.2.3', log },
  });
  const server = createHubServer({ doors, log, slowMs: 300 });
  const port = await server.listen(0);
  onTestFinished(() => server.close());
  /** Writes raw bytes, each piece as it is asked for, and answers with all that came back until the connection was closed. */
  const raw = async (pieces: Iterable<string> | AsyncIterable<string>, isEnd = true): Promise<string> => {
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    let answer = '';
    socket.on('data', (chunk) => {
      answer += String(chunk);
    });
    // A connection that the server has ended takes no more; what it said before counts.
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.on('close', resolve));
    for await (const piece of pieces) {
      if (socket.destroyed) break;
      socket.write(piece);
    }
    if (isEnd) socket.end();
    await closed;
    return answer;
  };
  const health = async () => (await fetch(`http://127.0.0.1:${port}/health`)).status;
  return { taken, raw, health };
}

/** One request as it goes over the line; `headers` beside those that every client sends. */
function request(headers: string[], body = BODY, line = 'POST /telegram HTTP/1.1'): string {
  const length = headers.some((each) => /^(content-length|transfer-encoding)/i.test(each))
    ? []
    : [`content-length: ${body.length}`];
  return `${[line, 'host: hub', ...headers, ...length].join('\r\n')}\r\n\r\n${body}`;
}

const statuses = (answer: string) => [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));

test('what Telegram sends is taken', async () => {
  const { taken, raw } = await setUp();
  expect(statuses(await raw([request([GIVEN, JSON_TYPE])]))).toEqual([200]);
  expect(taken).toEqual([{ update_id: 7 }]);
});

const WRONG: [string, string, number][] = [
  ['no secret', request([JSON_TYPE]), 401],
  ['an empty one', request(['x-telegram-bot-api-secret-token: ', JSON_TYPE]), 401],
  ['a wrong one', request([`${GIVEN.slice(0, -1)}x`, JSON_TYPE]), 401],
  ['the old one', request([`x-telegram-bot-api-secret-token: ${OLD}`, JSON_TYPE]), 401],
  ['the secret in capitals', request([`x-telegram-bot-api-secret-token: ${SECRET.toUpperCase()}`, JSON_TYPE]), 401],
  ['the secret twice', request([GIVEN, GIVEN, JSON_TYPE]), 401],
  ['the right one behind a wrong one', request([`x-telegram-bot-api-secret-token: ${OLD}`, GIVEN, JSON_TYPE]), 401],
  ['the secret in another header', request([`authorization: Bearer ${SECRET}`, JSON_TYPE]), 401],
  ['the secret in the address', request([JSON_TYPE], BODY, `POST /telegram?secret_token=${SECRET} HTTP/1.1`), 401],
  ['another method', request([GIVEN, JSON_TYPE], BODY, 'PUT /telegram HTTP/1.1'), 405],
  ['a method that tunnels', request(['x-http-method-override: POST', JSON_TYPE], BODY, 'GET /telegram HTTP/1.1'), 405],
  ['no content type', request([GIVEN]), 415],
  ['the content type of a form', request([GIVEN, 'content-type: application/x-www-form-urlencoded']), 415],
  ['a content type that only begins right', request([GIVEN, 'content-type: application/jsonp']), 415],
  ['a length over a megabyte', request([GIVEN, JSON_TYPE, 'content-length: 1048577'], ''), 413],
  [
    'length and chunks',
    request([GIVEN, JSON_TYPE, 'content-length: 4', 'transfer-encoding: chunked'], '0\r\n\r\n'),
    400,
  ],
  ['chunks and length', request([GIVEN, JSON_TYPE, 'transfer-encoding: chunked', 'content-length: 15']), 400],
  ['two lengths', request([GIVEN, JSON_TYPE, 'content-length: 15', 'content-length: 3']), 400],
  ['a length that is none', request([GIVEN, JSON_TYPE, 'content-length: 0x0f']), 400],
  ['an encoding that is not known', request([GIVEN, JSON_TYPE, 'transfer-encoding: xchunked']), 400],
  ['a space before the colon', request([GIVEN, JSON_TYPE, 'transfer-encoding : chunked'], '0\r\n\r\n'), 400],
  ['a header over several lines', request([`x-telegram-bot-api-secret-token:\r\n ${OLD}`, JSON_TYPE]), 400],
  ['headers without an end', `POST /telegram HTTP/1.1\r\n${`x: ${'y'.repeat(1_000)}\r\n`.repeat(30)}`, 431],
  ['another protocol', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
];
test.each(WRONG)('%s is refused, and the connection ends', async (_, bytes, status) => {
  const { taken, raw, health } = await setUp();
  expect(statuses(await raw([bytes]))).toEqual([status]);
  expect(taken).toEqual([]);
  expect(await health()).toBe(200);
});

test.each([
  ['without an end', Number.POSITIVE_INFINITY, 408],
  ['of more than a megabyte', 70, 413],
])('chunks %s are answered', async (_, most, status) => {
  const { taken, raw } = await setUp();
  const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
  async function* pieces() {
    yield request([GIVEN, JSON_TYPE, 'transfer-encoding: chunked'], '');
    for (let i = 0; i < Math.min(most, 3); i += 1) yield chunk;
    for (let i = 3; i < most && most < 100; i += 1) yield chunk;
  }
  expect(statuses(await raw(pieces(), false))).toEqual([status]);
  expect(taken).toEqual([]);
});

test.each([
  ['headers', 'POST /telegram HTTP/1.1\r\nhost: hub\r\nx-slow: ', 408],
  ['a body', request([GIVEN, JSON_TYPE, 'content-length: 5000'], '{'), 408],
])('%s that come byte by byte are cut off in time', async (_, begin, status) => {
  const { taken, raw } = await setUp();
  const slow = new AbortController();
  async function* pieces() {
    yield begin;
    for (let i = 0; i < 400 && !slow.signal.aborted; i += 1) {
      yield 'x';
      // The slowness is what is tried here.
      await pause(10);
    }
  }
  const began = performance.now();
  const answer = await raw(pieces(), false).finally(() => slow.abort());
  // Who goes on writing into a connection that has ended may not get to read why.
  expect([[status], []]).toContainEqual(statuses(answer));
  expect(performance.now() - began).toBeLessThan(6_000);
  expect(taken).toEqual([]);
});

describe('requests one behind the other on one connection', () => {
  test('are each judged for themselves', async () => {
    const { taken, raw } = await setUp();
    const good = (id: number) => request([GIVEN, JSON_TYPE], `{"update_id":${id}}`);
    const bad = request([JSON_TYPE], '{"update_id":666}');
    expect(statuses(await raw([good(1) + good(2) + bad + good(4)])).slice(0, 3)).toEqual([200, 200, 401]);
    expect(taken).not.toContainEqual({ update_id: 666 });
  });

  test('cannot be hidden in the body of a refused one', async () => {
    const { taken, raw } = await setUp();
    const hidden = request([JSON_TYPE], '{"update_id":666}');
    const answer = await raw([request([JSON_TYPE, `content-length: ${hidden.length}`], hidden)]);
    expect(statuses(answer)).toEqual([401]);
    expect(taken).toEqual([]);
  });
});

test('200 connections at once, each wrong in its own way: all end, nothing is taken, and the hub answers', async () => {
  const { taken, raw, health } = await setUp();
  const shapes = [...WRONG.map(([, bytes]) => bytes), '', 'P', 'POST /telegram HTTP/1.1\r\n', request([GIVEN], '{')];
  const all = Array.from({ length: 200 }, (_, i) => raw([shapes[i % shapes.length] ?? ''], i % 2 === 0));
  const answers = await Promise.all(all);
  expect(answers).toHaveLength(200);
  expect(answers.flatMap(statuses).filter((status) => status < 400)).toEqual([]);
  expect(taken).toEqual([]);
  expect(await health()).toBe(200);
});

test.each(['', 'short', 'x'.repeat(31)])('a door with the secret "%s" is not built', async (secret) => {
  await expect(setUp(new Secret(secret))).rejects.toThrow('32');
});
