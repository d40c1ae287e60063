import { describe, expect, test } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Server } from '../../fixtures/redis.ts';
import { startRedis } from '../../fixtures/redis.ts';
import { createStop, LONG_MS } from '../contract/waiting.ts';
import { NODES, ordersOf, sampleAsk, sampleAudit, sampleQuestion, tokensOf } from '../samples.ts';
import { BLOCKED, openLedger, problem, REDIS } from './opened.ts';

const away = problem(/cannot be reached .*: check that it runs/);

/** Resolves when so many connections wait on the server. */
async function untilBlocked(server: Server, count: number): Promise<void> {
  const isThere = async () =>
    `${await server.ask('INFO', 'clients')}`.includes(`blocked_clients:${count}`) ? true : undefined;
  await waitUntil(isThere, BLOCKED);
}

describe.skipIf(REDIS.isMissing)(`a Redis that goes away ${REDIS.name}`, () => {
  test('at the start is a problem for each call, and none once it is there', async () => {
    const server = await startRedis();
    await server.kill();
    const ledger = openLedger({ url: server.url });
    const { signal } = createStop();
    await expect(ledger.ping()).rejects.toEqual(problem(/127\.0\.0\.1:\d+ cannot be reached \(connect ECONNREFUSED/));
    await expect(ledger.ask(sampleAsk('1'))).rejects.toEqual(away);
    await expect(ledger.orders('alpha', '0', LONG_MS, signal)).rejects.toEqual(away);
    await expect(ledger.waitForEvents(NODES, LONG_MS, signal)).rejects.toEqual(away);
    await server.restart();
    expect(await ledger.ask(sampleAsk('1'))).toEqual({ fresh: true, post: 'p1' });
    expect(tokensOf(await ledger.orders('alpha', '0', LONG_MS, signal))).toEqual(['order j1']);
  });

  test('in the middle loses nothing that was answered', async () => {
    const server = await startRedis({ aof: true });
    const ledger = openLedger({ url: server.url });
    const asks = Array.from({ length: 200 }, (_, i) => ({ ...sampleAsk(`${i}`), audit: [sampleAudit()] }));
    const answered: string[] = [];
    const asking = asks.map(async (ask) => {
      await ledger.ask(ask);
      answered.push(ask.post.id);
      if (answered.length === 50) await server.kill();
    });
    await Promise.allSettled(asking);
    await server.kill();
    expect(answered.length).toBeGreaterThanOrEqual(50);
    await server.restart();

    const orders = tokensOf(await ordersOf(ledger, 'alpha'));
    for (const ask of asks) {
      const story = await ledger.story(ask.post.id);
      if (answered.includes(ask.post.id)) expect(story, ask.post.id).toBeDefined();
      if (story) expect(story).toEqual({ post: ask.post, jobs: ask.jobs });
      expect(orders?.includes(`order ${ask.jobs[0]?.id}`), 'whole or not at all').toBe(story !== undefined);
      expect(await ledger.ask(ask)).toEqual({ fresh: story === undefined, post: ask.post.id });
    }
    expect(await ledger.audits(1000)).toHaveLength(asks.length);
  });

  test('ends the waits with a problem, and the next ones wait on the new server', async () => {
    const server = await startRedis({ aof: true });
    const ledger = openLedger({ url: server.url });
    const { signal } = createStop();
    const waits = [ledger.orders('alpha', '0', LONG_MS, signal), ledger.waitForEvents(NODES, LONG_MS, signal)];
    const ended = Promise.allSettled(waits);
    await untilBlocked(server, 2);
    await server.kill();
    for (const wait of await ended) expect(wait).toEqual({ status: 'rejected', reason: problem(/cannot be reached/) });
    await server.restart();
    const again = [ledger.orders('alpha', '0', LONG_MS, signal), ledger.waitForEvents(NODES, LONG_MS, signal)];
    await untilBlocked(server, 2);
    await ledger.ask(sampleAsk('1'));
    await ledger.append('alpha', ['e1']);
    await Promise.all(again);
  });

  test('for a moment, between two calls, is noticed by nobody who may ask twice', async () => {
    const server = await startRedis({ aof: true });
    const ledger = openLedger({ url: server.url });
    const { signal } = createStop();
    await ledger.ask(sampleQuestion());
    await server.ask('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    expect(await ledger.ask(sampleQuestion())).toEqual({ fresh: false, post: 'p1' });
    const wait = ledger.waitForEvents(NODES, LONG_MS, signal);
    await untilBlocked(server, 1);
    await ledger.append('alpha', ['e1']);
    await wait;
    await server.ask('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await ledger.waitForEvents(NODES, LONG_MS, signal);
    expect(await ledger.story('p1')).toBeDefined();
  });

  test('with its scripts gets them again', async () => {
    const server = await startRedis({ aof: true });
    const ledger = openLedger({ url: server.url });
    await ledger.ask(sampleAsk('1'));
    await server.ask('SCRIPT', 'FLUSH');
    expect(await ledger.ask(sampleAsk('2'))).toEqual({ fresh: true, post: 'p2' });
    await server.kill();
    await server.restart();
    expect(await ledger.ask(sampleAsk('2'))).toEqual({ fresh: false, post: 'p2' });
    expect(await ledger.ask(sampleAsk('3'))).toEqual({ fresh: true, post: 'p3' });
  });

  test('never comes back to a ledger that is closed', async () => {
    const server = await startRedis();
    await server.kill();
    const ledger = openLedger({ url: server.url });
    await expect(ledger.ping()).rejects.toEqual(away);
    await ledger.close();
    await expect(ledger.ping()).rejects.toEqual(problem(/is closed: start Nightguard again/));
  });

  test('or is just being connected to does not keep a ledger from being closed', async () => {
    const server = await startRedis();
    const ledger = openLedger({ url: server.url });
    const { signal } = createStop();
    const closed = problem(/is closed: start Nightguard again/);
    const calls = Promise.allSettled([ledger.ping(), ledger.orders('alpha', '0', LONG_MS, signal)]);
    await ledger.close();
    expect(await calls).toEqual([
      { status: 'rejected', reason: closed },
      { status: 'fulfilled', value: [] },
    ]);
  });
});
