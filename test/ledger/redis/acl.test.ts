import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Ledger } from '#src/ledger/port.ts';
import type { Server } from '../../fixtures/redis.ts';
import { startRedis } from '../../fixtures/redis.ts';
import { createStop, LONG_MS } from '../contract/waiting.ts';
import { NODES, ordersOf, sampleAsk, sampleFold, samplePress, sampleQuestion, tokensOf } from '../samples.ts';
import { openLedger, problem, REDIS } from './opened.ts';

/** A node's rights, as the docs give them: one selector per key, so that no right spreads to another key. */
const rightsOf = (node: string) =>
  [
    `(%R~ng:orders:${node} +xread)`,
    `(%W~ng:events:${node} +xadd)`,
    `(%R~ng:cursor:${node} +get)`,
    `(%W~ng:beacon:${node} +set)`,
    '(%R~ng:beacon:* +mget)',
  ].join(' ');
const USERS = [
  'user default off',
  'user test on >t3st ~* &* +@all',
  'user hub on >hub-pass ~ng:* -@all +@read +@write +@scripting +@connection',
  `user alpha on >alpha-pass resetchannels -@all +ping ${rightsOf('alpha')}`,
];

async function fleet() {
  const server = await startRedis({ acl: USERS });
  const as = (user: string) => openLedger({ url: `redis://${user}:${user}-pass@127.0.0.1:${server.port}` });
  return { server, hub: as('hub'), alpha: as('alpha'), as };
}

/** Sends one command as alpha, past the ledger. */
function asAlpha(server: Server): Redis {
  const url = `redis://alpha:alpha-pass@127.0.0.1:${server.port}`;
  const redis = new Redis(url, { protocol: 2, enableReadyCheck: false, disableClientInfo: true });
  onTestFinished(() => redis.disconnect());
  return redis;
}

describe.skipIf(REDIS.isMissing)(`a Redis with a user for each node ${REDIS.name}`, () => {
  test('lets a node do its half, and the hub the rest', async () => {
    const { hub, alpha } = await fleet();
    const { signal } = createStop();
    await alpha.ping();
    const waiting = alpha.orders('alpha', '0', LONG_MS, signal);
    await hub.ask(sampleQuestion());
    expect(await hub.press(samplePress())).toBe('taken');
    expect(tokensOf(await waiting)).toEqual(['order j1']);
    expect(tokensOf(await ordersOf(alpha, 'alpha'))).toEqual(['order j1']);

    const heard = hub.waitForEvents(NODES, LONG_MS, signal);
    await alpha.append('alpha', ['e1', 'e2']);
    await heard;
    const [stream] = await hub.unfolded(NODES, 9);
    const to = 'l 2';
    expect(await alpha.cursor('alpha')).toBeUndefined();
    expect(await hub.fold({ ...sampleFold(stream?.events[1]?.position ?? ''), to })).toBe(true);
    expect(await alpha.cursor('alpha')).toEqual(to);

    await alpha.setBeacon('alpha', 'b1');
    expect(await alpha.beacons(NODES)).toEqual([{ node: 'alpha', token: 'b1' }]);
    expect(await hub.beacons(NODES)).toEqual([{ node: 'alpha', token: 'b1' }]);
  });

  test('lets the hub do all of its half', async () => {
    const { hub } = await fleet();
    const { signal } = createStop();
    await hub.ask(sampleAsk('1'));
    await hub.append('alpha', ['e1']);
    await hub.waitForEvents(NODES, LONG_MS, signal);
    await hub.lease('p1', { by: 'me', now: 0, until: 1 });
    await hub.remember('a', 'b');
    await hub.trim({ ordersBefore: 0, recordsBefore: 0 });
    expect([await hub.recall('a'), await hub.audits(9), await hub.jobs({ limit: 1 })]).toMatchObject(['b', [], [{}]]);
  });

  const beyond: { name: string; call: (alpha: Ledger) => Promise<unknown> }[] = [
    { name: "read another node's orders", call: (alpha) => ordersOf(alpha, 'beta') },
    {
      name: "wait for another node's orders",
      call: (alpha) => alpha.orders('beta', '0', LONG_MS, createStop().signal),
    },
    { name: 'speak for another node', call: (alpha) => alpha.append('beta', ['forged']) },
    { name: "read another node's cursor", call: (alpha) => alpha.cursor('beta') },
    { name: "set another node's beacon", call: (alpha) => alpha.setBeacon('beta', 'forged') },
    { name: 'send itself an order', call: (alpha) => alpha.send([{ node: 'alpha', job: 'j', token: 'forged' }]) },
    { name: 'ask', call: (alpha) => alpha.ask(sampleAsk('1')) },
    { name: 'press', call: (alpha) => alpha.press(samplePress()) },
    { name: 'read a story', call: (alpha) => alpha.story('p1') },
    { name: 'wait for events', call: (alpha) => alpha.waitForEvents(['alpha'], LONG_MS, createStop().signal) },
    { name: 'read the audit', call: (alpha) => alpha.audits(9) },
  ];
  test.for(beyond)('lets no node $name', async ({ call }) => {
    const { alpha } = await fleet();
    await expect(call(alpha)).rejects.toEqual(problem(/does not let this user do that: give the user the rights/));
  });

  const refused = [
    ['XREAD', 'STREAMS', 'ng:orders:beta', '0'],
    ['XREAD', 'STREAMS', 'ng:events:alpha', '0'],
    ['XREAD', 'STREAMS', 'ng:orders:alpha', 'ng:orders:beta', '0', '0'],
    ['XRANGE', 'ng:orders:alpha', '-', '+'],
    ['XRANGE', 'ng:events:alpha', '-', '+'],
    ['XADD', 'ng:orders:alpha', '*', 'token', 'forged'],
    ['XADD', 'ng:events:beta', '*', 'token', 'forged'],
    ['XADD', 'ng:cursor:alpha', '*', 'token', 'forged'],
    ['XTRIM', 'ng:events:alpha', 'MAXLEN', '0'],
    ['XDEL', 'ng:orders:alpha', '0-1'],
    ['XGROUP', 'CREATE', 'ng:orders:alpha', 'g', '0'],
    ['SET', 'ng:cursor:alpha', 'forged'],
    ['SET', 'ng:events:alpha', 'forged'],
    ['SET', 'ng:beacon:beta', 'forged'],
    ['SET', 'ng:beacon:alpha', 'b', 'GET'],
    ['GET', 'ng:cursor:beta'],
    ['GET', 'ng:intent:1'],
    ['HGETALL', 'ng:post:p1'],
    ['DEL', 'ng:beacon:alpha'],
    ['DEL', 'ng:orders:alpha'],
    ['RENAME', 'ng:beacon:alpha', 'ng:beacon:beta'],
    ['COPY', 'ng:orders:beta', 'ng:orders:alpha'],
    ['EXPIRE', 'ng:orders:alpha', '0'],
    ['KEYS', '*'],
    ['SCAN', '0'],
    ['DBSIZE'],
    ['FLUSHALL'],
    ['FLUSHDB'],
    ['SWAPDB', '0', '1'],
    ['SELECT', '1'],
    ['EVAL', 'return 1', '0'],
    ['EVALSHA', 'a'.repeat(40), '0'],
    ['SCRIPT', 'FLUSH'],
    ['FUNCTION', 'LIST'],
    ['CONFIG', 'GET', '*'],
    ['CONFIG', 'SET', 'maxmemory', '1'],
    ['ACL', 'LIST'],
    ['ACL', 'SETUSER', 'alpha', '+@all'],
    ['CLIENT', 'LIST'],
    ['CLIENT', 'KILL', 'TYPE', 'normal'],
    ['INFO'],
    ['MONITOR'],
    ['PUBLISH', 'c', 'm'],
    ['SUBSCRIBE', 'c'],
    ['MULTI'],
    ['SHUTDOWN', 'NOSAVE'],
    ['MODULE', 'LIST'],
    ['SAVE'],
    ['REPLICAOF', '127.0.0.1', '1'],
  ];
  test('refuses a node everything else, command by command', async () => {
    const { server, hub } = await fleet();
    await hub.ask(sampleAsk('1', ['alpha', 'beta']));
    const redis = asAlpha(server);
    for (const [name = '', ...args] of refused)
      await expect(redis.call(name, args), `${name} ${args.join(' ')}`).rejects.toThrow(/^NOPERM/);
    expect(await hub.story('p1')).toMatchObject({ post: { revision: 1 } });
  });

  test('survives what a node may write into its own stream', async () => {
    const { server, hub } = await fleet();
    const redis = asAlpha(server);
    await redis.call('XADD', 'ng:events:alpha', '*', 'other', 'field');
    await redis.call('XADD', 'ng:events:alpha', '18446744073709551615-18446744073709551615', 'token', 'last');
    const [stream] = await hub.unfolded(NODES, 9);
    expect(tokensOf(stream?.events)).toEqual(['', 'last']);
    expect(await hub.fold(sampleFold(stream?.events[1]?.position ?? ''))).toBe(true);
    expect(await hub.unfolded(NODES, 9)).toEqual([]);
  });

  test('refuses a wrong password, and a user without one, and shows neither', async () => {
    const { server } = await fleet();
    const wrong = openLedger({ url: `redis://alpha:hunter2@127.0.0.1:${server.port}` });
    const failure: unknown = await wrong.ping().catch((error: unknown) => error);
    expect(failure).toEqual(problem(/refused user and password: check both in its address/));
    expect(`${JSON.stringify(failure, everything)} ${failure instanceof Error ? failure.stack : ''}`).not.toContain(
      'hunter2',
    );
    const nobody = openLedger({ url: server.url });
    await expect(nobody.ping()).rejects.toEqual(problem(/wants a user and a password: add both to its address/));
    const { signal } = createStop();
    await expect(wrong.orders('alpha', '0', LONG_MS, signal)).rejects.toEqual(problem(/refused user and password/));
  });
});

/** All that an error holds, hidden properties and causes too. */
function everything(_: string, value: unknown): unknown {
  return value instanceof Error
    ? Object.fromEntries(Object.getOwnPropertyNames(value).map((name) => [name, Reflect.get(value, name)]))
    : value;
}
