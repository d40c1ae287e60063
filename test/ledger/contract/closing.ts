import { expect, test } from 'vitest';
import type { Ledger } from '#src/ledger/port.ts';
import type { Open } from '../contract.ts';
import { NODES, sampleAdvance, sampleAsk, samplePress } from '../samples.ts';
import { createStop, expectWaiting, LONG_MS } from './waiting.ts';

/** A closed ledger ends what waits and refuses what comes. */
export function testClosing(open: Open): void {
  test('an open ledger answers a ping', async () => {
    const { ledger } = await open();
    await ledger.ping();
  });

  test('ends all waits, quietly', async () => {
    const { ledger } = await open();
    const stop = createStop();
    const orders = ledger.orders('alpha', '0', LONG_MS, stop.signal);
    const events = ledger.waitForEvents(NODES, LONG_MS, stop.signal);
    await expectWaiting(Promise.race([orders, events]), ledger);
    await ledger.close();
    expect(await orders).toEqual([]);
    await events;
    stop.expectNothingLeft();
  });

  test('can be done twice', async () => {
    const { ledger } = await open();
    await ledger.close();
    await ledger.close();
  });

  const { signal } = new AbortController();
  const calls: { name: string; call: (ledger: Ledger) => Promise<unknown> }[] = [
    { name: 'ask', call: (ledger) => ledger.ask(sampleAsk('1')) },
    { name: 'press', call: (ledger) => ledger.press(samplePress()) },
    { name: 'story', call: (ledger) => ledger.story('p1') },
    { name: 'campaigns', call: (ledger) => ledger.campaigns(9) },
    { name: 'advance', call: (ledger) => ledger.advance(sampleAdvance()) },
    { name: 'unfolded', call: (ledger) => ledger.unfolded(NODES, 9) },
    { name: 'waitForEvents', call: (ledger) => ledger.waitForEvents(NODES, LONG_MS, signal) },
    { name: 'untold', call: (ledger) => ledger.untold(0) },
    { name: 'told', call: (ledger) => ledger.told({ post: 'p1', by: 'me' }) },
    { name: 'send', call: (ledger) => ledger.send([]) },
    { name: 'orders', call: (ledger) => ledger.orders('alpha', '0', LONG_MS, signal) },
    { name: 'append', call: (ledger) => ledger.append('alpha', ['e1']) },
    { name: 'setBeacon', call: (ledger) => ledger.setBeacon('alpha', 'b1') },
    { name: 'ping', call: (ledger) => ledger.ping() },
  ];
  test.for(calls)('makes $name fail with the problem "ledger"', async ({ call }) => {
    const { ledger } = await open();
    await ledger.close();
    await expect(call(ledger)).rejects.toMatchObject({ name: 'Problem', code: 'ledger' });
  });
}
