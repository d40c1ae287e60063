import { expect, test } from 'vitest';
import type { Ledger } from '#src/ledger/port.ts';
import type { Open } from '../contract.ts';
import { ordersOf, sampleAsk, samplePress, sampleQuestion, tokensOf } from '../samples.ts';
import { createStop, expectWaiting, LONG_MS, SHORT_MS } from './waiting.ts';

const order = (token: string, node = 'alpha') => ({ node, job: 'j1', token });

/** Orders reach their node, in order, at once. */
export function testOrders(open: Open): void {
  test('come in the order in which they were sent', async () => {
    const { ledger } = await open();
    await ledger.send([order('1'), order('2')]);
    await ledger.ask(sampleAsk('3'));
    await ledger.send([order('4')]);
    expect(tokensOf(await ordersOf(ledger, 'alpha'))).toEqual(['1', '2', 'order j3', '4']);
  });

  test('are read on from any position, and again from 0', async () => {
    const { ledger } = await open();
    const tokens = Array.from({ length: 12 }, (_, i) => `${i}`);
    for (const token of tokens) await ledger.send([order(token), order(token, 'beta')]);
    const all = await ordersOf(ledger, 'alpha');

    expect(tokensOf(all)).toEqual(tokens);
    for (const [i, entry] of all.entries())
      expect(await ordersOf(ledger, 'alpha', entry.position)).toEqual(all.slice(i + 1));
    expect(await ordersOf(ledger, 'alpha')).toEqual(all);
  });

  test('of one node are never seen by another', async () => {
    const { ledger } = await open();
    await ledger.send([order('for alpha'), order('for alpha2', 'alpha2'), order('for error', 'error')]);
    expect(tokensOf(await ordersOf(ledger, 'alpha'))).toEqual(['for alpha']);
    expect(tokensOf(await ordersOf(ledger, 'error'))).toEqual(['for error']);
    expect(await ordersOf(ledger, 'beta')).toEqual([]);
  });

  const senders: { name: string; act: (ledger: Ledger) => Promise<unknown>; token: string }[] = [
    { name: 'an ask', act: (ledger) => ledger.ask(sampleAsk('2')), token: 'order j2' },
    { name: 'a yes', act: (ledger) => ledger.press(samplePress()), token: 'order j1' },
    { name: 'a send', act: (ledger) => ledger.send([order('query')]), token: 'query' },
  ];
  test.for(senders)('wake the node that waits: $name', async ({ act, token }) => {
    const { ledger } = await open();
    await ledger.ask(sampleQuestion());
    const stop = createStop();
    const wait = ledger.orders('alpha', '0', LONG_MS, stop.signal);
    await expectWaiting(wait, ledger);
    await act(ledger);
    expect(tokensOf(await wait)).toEqual([token]);
    stop.expectNothingLeft();
  });

  test('wake all that wait for them, and nobody else', async () => {
    const { ledger } = await open();
    const stop = createStop();
    const beta = ledger.orders('beta', '0', LONG_MS, stop.signal);
    const waits = Array.from({ length: 20 }, () => ledger.orders('alpha', '0', LONG_MS, stop.signal));
    await ledger.send([order('1')]);
    expect((await Promise.all(waits)).map(tokensOf)).toEqual(waits.map(() => ['1']));
    await expectWaiting(beta, ledger);
    stop.abort();
    expect(await beta).toEqual([]);
    stop.expectNothingLeft();
  });

  test('that came already are answered without a wait', async () => {
    const { ledger } = await open();
    await ledger.send([order('1')]);
    expect(tokensOf(await ledger.orders('alpha', '0', LONG_MS, createStop().signal))).toEqual(['1']);
  });

  test('behind the last position are waited for', async () => {
    const { ledger } = await open();
    await ledger.send([order('1')]);
    const [first] = await ordersOf(ledger, 'alpha');
    const stop = createStop();
    const wait = ledger.orders('alpha', first?.position ?? '', LONG_MS, stop.signal);
    await expectWaiting(wait, ledger);
    await ledger.send([order('2')]);
    expect(tokensOf(await wait)).toEqual(['2']);
  });

  test('that do not come are answered with none: not waited for, in time, on abort', async () => {
    const { ledger } = await open();
    const stop = createStop();
    expect(await ledger.orders('alpha', '0', 0, stop.signal)).toEqual([]);
    expect(await ledger.orders('alpha', '0', SHORT_MS, stop.signal)).toEqual([]);
    const wait = ledger.orders('alpha', '0', LONG_MS, stop.signal);
    await expectWaiting(wait, ledger);
    stop.abort();
    expect(await wait).toEqual([]);
    expect(await ledger.orders('alpha', '0', LONG_MS, stop.signal)).toEqual([]);
    stop.expectNothingLeft();
  });

  test('lose none to a node that reads on while they are sent', async () => {
    const { ledger } = await open();
    const stop = createStop();
    const seen: string[] = [];
    const reader = (async () => {
      for (let after = '0'; seen.length < 100; ) {
        const entries = await ledger.orders('alpha', after, LONG_MS, stop.signal);
        seen.push(...entries.map((entry) => entry.token));
        after = entries.at(-1)?.position ?? after;
      }
    })();
    const sent = Array.from({ length: 100 }, (_, i) => `${i}`);
    for (const token of sent) await ledger.send([order(token)]);
    await reader;
    expect(seen).toEqual(sent);
  });
}
