import { describe, expect, test } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { startRedis } from '../../fixtures/redis.ts';
import { createStop, LONG_MS } from '../contract/waiting.ts';
import { NODES, sampleAsk, tokensOf } from '../samples.ts';
import { BLOCKED, openLedger, problem, REDIS } from './opened.ts';

describe.skipIf(REDIS.isMissing)(`a Redis that is frozen ${REDIS.name}`, () => {
  test('fails each command in three seconds, works again once it goes on, and those who wait are still there', async () => {
    const server = await startRedis();
    const ledger = openLedger({ url: server.url });
    const { signal } = createStop();
    await ledger.ping();
    const orders = ledger.orders('alpha', '0', LONG_MS, signal);
    const events = ledger.waitForEvents(NODES, LONG_MS, signal);
    const both = async () =>
      `${await server.ask('INFO', 'clients')}`.includes('blocked_clients:2') ? true : undefined;
    await waitUntil(both, BLOCKED);

    server.freeze();
    const since = performance.now();
    const calls = [ledger.ask(sampleAsk('1')), ledger.story('p1'), ledger.append('alpha', ['e1']), ledger.ping()];
    for (const call of await Promise.allSettled(calls))
      expect(call).toEqual({ status: 'rejected', reason: problem(/did not answer in time|cannot be reached/) });
    expect(performance.now() - since).toBeLessThan(4000);
    await expect(ledger.ping(), 'a new connection is as frozen').rejects.toEqual(problem(/did not answer in time/));

    server.thaw();
    await ledger.ping();
    await ledger.ask(sampleAsk('2'));
    await ledger.append('alpha', ['e2']);
    expect(tokensOf(await orders)?.at(-1)).toMatch(/^order j[12]$/);
    await events;
  });

  test('is given up by those who wait when their time and some more is over', async () => {
    const server = await startRedis();
    const ledger = openLedger({ url: server.url });
    await ledger.ping();
    server.freeze();
    const { signal } = createStop();
    await expect(ledger.orders('alpha', '0', 50, signal)).rejects.toEqual(problem(/did not answer in time/));
    await ledger.waitForEvents(NODES, 50, signal);
    server.thaw();
    await ledger.append('alpha', ['e1']);
    await ledger.waitForEvents(NODES, LONG_MS, signal);
  });

  test('does not keep a ledger from being closed', async () => {
    const server = await startRedis();
    const ledger = openLedger({ url: server.url });
    await ledger.ping();
    const { signal } = createStop();
    const wait = ledger.orders('alpha', '0', LONG_MS, signal);
    server.freeze();
    const since = performance.now();
    await ledger.close();
    expect(await wait).toEqual([]);
    expect(performance.now() - since).toBeLessThan(2000);
  });
});
