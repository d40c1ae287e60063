import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Ledger } from '#src/ledger/port.ts';
import { startRedis } from '../../fixtures/redis.ts';
import { createStop, LONG_MS } from '../contract/waiting.ts';
import { NODES, ordersOf, sampleAsk, sampleFold, samplePress, sampleQuestion, T0, tokensOf } from '../samples.ts';
import { openLedger, problem, REDIS } from './opened.ts';
import { startProxy } from './proxy.ts';

async function slowly(delayMs: number) {
  const server = await startRedis();
  const proxy = await startProxy(server.port);
  proxy.slow(delayMs);
  const ledger = openLedger({ url: `redis://127.0.0.1:${proxy.port}` });
  return { proxy, ledger, direct: openLedger({ url: server.url }) };
}

describe.skipIf(REDIS.isMissing)(`a Redis that is far away ${REDIS.name}`, () => {
  const { signal } = createStop();
  const acts: { name: string; act: (ledger: Ledger) => Promise<unknown> }[] = [
    { name: 'an ask', act: (ledger) => ledger.ask(sampleAsk('1', NODES)) },
    { name: 'a press', act: (ledger) => ledger.press(samplePress()) },
    { name: 'a question', act: (ledger) => ledger.question('c1') },
    { name: 'a look for events', act: (ledger) => ledger.unfolded(NODES, 9) },
    { name: 'a fold', act: (ledger) => ledger.fold(sampleFold('0')) },
    { name: 'a lease', act: (ledger) => ledger.lease('p1', { by: 'me', now: T0, until: T0 + 1 }) },
    { name: 'a look for orders', act: (ledger) => ordersOf(ledger, 'alpha') },
    { name: 'a wait for orders', act: (ledger) => ledger.orders('alpha', '0', LONG_MS, signal) },
    { name: 'a wait for events', act: (ledger) => ledger.waitForEvents(NODES, LONG_MS, signal) },
    { name: 'an append of three', act: (ledger) => ledger.append('alpha', ['e1', 'e2', 'e3']) },
    { name: 'a look at beacons', act: (ledger) => ledger.beacons(NODES) },
    {
      name: 'fifty asks at once',
      act: (ledger) => Promise.all(Array.from({ length: 50 }, (_, i) => ledger.ask(sampleAsk(`${i}`)))),
    },
  ];
  test.for(acts)('takes one trip for $name', async ({ act }) => {
    const { proxy, ledger, direct } = await slowly(20);
    // The scripts are known, as they are after the first hub that used them.
    await direct.ask(sampleQuestion());
    await direct.send([{ node: 'alpha', job: 'j0', token: 'o0' }]);
    await direct.append('alpha', ['e0']);
    await act(direct);
    await ledger.ping();
    const before = proxy.trips();
    await act(ledger);
    expect(proxy.trips() - before).toBe(1);
  });

  test('beyond three seconds is a problem, and asking again finds what came of it', async () => {
    const { proxy, ledger } = await slowly(0);
    await ledger.ask(sampleQuestion());
    proxy.slow(Number.POSITIVE_INFINITY);
    const late = problem(/did not answer in time, and what was asked may still happen/);
    await expect(ledger.ask(sampleAsk('2'))).rejects.toEqual(late);
    proxy.slow(0);
    expect(await ledger.ask(sampleAsk('2'))).toEqual({ fresh: false, post: 'p2' });
    expect(tokensOf(await ordersOf(ledger, 'alpha'))).toEqual(['order j2']);
  });

  test('may lose the answer to a fold or a press: the second one changes nothing', async () => {
    const { proxy, ledger } = await slowly(0);
    await ledger.ask(sampleQuestion());
    await ledger.append('alpha', ['e1']);
    const [stream] = await ledger.unfolded(NODES, 9);
    const fold = { ...sampleFold(stream?.events[0]?.position ?? ''), to: 'l 1' };
    expect(await ledger.fold({ ...fold, from: 'other 1' }), 'the script is known').toBe(false);
    expect(await ledger.press(samplePress({ operator: 8 }))).toBe('not yours');
    proxy.slow(Number.POSITIVE_INFINITY);
    const lost = await Promise.allSettled([ledger.fold(fold), ledger.press(samplePress())]);
    expect(lost.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    proxy.slow(0);
    expect(await ledger.fold(fold)).toBe(false);
    expect(await ledger.press(samplePress())).toBe('again');
    expect(await ledger.story('p1')).toMatchObject({ post: { revision: 2, jobs: ['j1'], message: 55 } });
    expect(await ledger.cursor('alpha')).toEqual('l 1');
    expect(await ledger.lease('p1', { by: 'me', now: T0 + 5000, until: T0 + 9000 })).toBeDefined();
  });

  test('is waited for on one connection, however many wait for whichever nodes', async () => {
    const { proxy, ledger } = await slowly(20);
    const stop = createStop();
    await ledger.ping();
    const beta = Array.from({ length: 20 }, () => ledger.waitForEvents(['beta'], LONG_MS, stop.signal));
    const alpha = Array.from({ length: 20 }, () => ledger.waitForEvents(['alpha'], LONG_MS, stop.signal));
    await ledger.append('alpha', ['e1']);
    await Promise.all(alpha);
    expect(proxy.connections()).toBe(2);
    stop.abort();
    await Promise.all(beta);
    stop.expectNothingLeft();
  });

  test('and was not spoken to for ten minutes gets a new connection: the old one may lead nowhere', async () => {
    const { proxy, ledger } = await slowly(0);
    await ledger.ping();
    const later = performance.now() + 600_000;
    proxy.deafen();
    vi.spyOn(performance, 'now').mockImplementation(() => later);
    onTestFinished(() => void vi.restoreAllMocks());
    await ledger.ping();
  });
});
