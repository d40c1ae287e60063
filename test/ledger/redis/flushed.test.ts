import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startRedis } from '../../fixtures/redis.ts';
import { createStop, expectWaiting, LONG_MS } from '../contract/waiting.ts';
import { NODES, ordersOf, sampleAsk, sampleFold, samplePress, sampleQuestion, T0, tokensOf } from '../samples.ts';
import { openLedger, REDIS } from './opened.ts';

describe.skipIf(REDIS.isMissing)(`a Redis that loses what it had ${REDIS.name}`, () => {
  test('all of it: the waits go on, what was read is gone, and the next writes work', async () => {
    const server = await startRedis();
    const ledger = openLedger({ url: server.url });
    const { signal } = createStop();
    await ledger.ask(sampleQuestion());
    await ledger.send([{ node: 'alpha', job: 'j0', token: 'o0' }]);
    const [last] = await ordersOf(ledger, 'alpha');
    const orders = ledger.orders('alpha', last?.position ?? '', LONG_MS, signal);
    const events = ledger.waitForEvents(NODES, LONG_MS, signal);
    await expectWaiting(Promise.race([orders, events]), ledger);
    await server.ask('FLUSHALL');
    await server.ask('SCRIPT', 'FLUSH');

    expect(await ledger.press(samplePress())).toBe('unknown');
    expect(await ledger.lease('p1', { by: 'me', now: T0, until: T0 + 1000 })).toBeUndefined();
    await ledger.told({ post: 'p1', by: 'me', revision: 1, message: 55 });
    expect(await ledger.fold({ ...sampleFold('7-1'), from: 'l 4' })).toBe(false);
    await ledger.lapse(T0);
    await ledger.trim({ ordersBefore: T0, recordsBefore: T0 });
    expect([await ledger.untold(T0), await ledger.nextDue(), await ledger.jobs({ limit: 9 })]).toEqual([
      [],
      undefined,
      [],
    ]);
    expect(await server.ask('DBSIZE'), 'nothing is left of what came too late').toBe(0);

    await ledger.ask(sampleAsk('2'));
    await ledger.append('beta', ['b1']);
    expect(tokensOf(await orders)).toEqual(['order j2']);
    await events;
    expect((await ledger.unfolded(NODES, 9)).map(({ node, cursor }) => ({ node, cursor }))).toEqual([
      { node: 'beta', cursor: undefined },
    ]);
  });

  test('the last hour of it, by an old dump: it goes on from there, and its nodes miss no new order', async () => {
    const server = await startRedis();
    let time = T0;
    const ledger = openLedger({ url: server.url, now: () => time });
    const dump = join(server.folder, 'dump.rdb');
    const old = join(server.folder, 'old.rdb');
    await ledger.ask(sampleAsk('1'));
    await ledger.append('alpha', ['e1']);
    await server.ask('SAVE');
    copyFileSync(dump, old);

    time += 60_000;
    await ledger.ask(sampleAsk('2'));
    const last = (await ordersOf(ledger, 'alpha')).at(-1)?.position ?? '';
    const [stream] = await ledger.unfolded(NODES, 9);
    const to = 'l 1';
    await ledger.fold({ ...sampleFold(stream?.events[0]?.position ?? ''), to });
    await server.kill();
    copyFileSync(old, dump);
    await server.restart();

    expect(await ledger.story('p2')).toBeUndefined();
    expect(await ledger.fold({ ...sampleFold('0'), from: to, to: 'l 2' })).toBe(false);
    expect(
      (await ledger.unfolded(NODES, 9)).map(({ cursor, events }) => ({ cursor, events: tokensOf(events) })),
    ).toEqual([{ cursor: undefined, events: ['e1'] }]);
    expect(await ledger.ask(sampleAsk('1'))).toEqual({ fresh: false, post: 'p1' });
    time += 60_000;
    expect(await ledger.ask(sampleAsk('2'))).toEqual({ fresh: true, post: 'p2' });
    expect(tokensOf(await ordersOf(ledger, 'alpha', last))).toEqual(['order j2']);
  });
});
