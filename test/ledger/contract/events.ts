import { expect, test } from 'vitest';
import type { Open } from '../contract.ts';
import { NODES, sampleFold, tokensOf } from '../samples.ts';
import { createStop, expectWaiting, LONG_MS, SHORT_MS } from './waiting.ts';

/** Events reach the hub, in order, and wake it. */
export function testEvents(open: Open): void {
  test('come per node, in the order in which they were appended', async () => {
    const { ledger } = await open();
    await ledger.append('beta', ['b1']);
    await ledger.append('alpha', ['a1', 'a2']);
    await ledger.append('beta', ['b2']);
    const streams = await ledger.unfolded(NODES, 10);

    expect(streams.map((stream) => stream.node).sort()).toEqual(['alpha', 'beta']);
    expect(tokensOf(streams.find((stream) => stream.node === 'alpha')?.events)).toEqual(['a1', 'a2']);
    expect(tokensOf(streams.find((stream) => stream.node === 'beta')?.events)).toEqual(['b1', 'b2']);
    expect(streams.map((stream) => stream.cursor)).toEqual([undefined, undefined]);
  });

  test('are there until they are dropped, the first few of each node at a time', async () => {
    const { ledger } = await open();
    await ledger.append('alpha', ['1', '2', '3']);
    const [first] = await ledger.unfolded(NODES, 2);
    expect(tokensOf(first?.events)).toEqual(['1', '2']);
    expect(await ledger.unfolded(NODES, 2)).toEqual([first]);
  });

  test('none are there at first, nor after an empty append', async () => {
    const { ledger } = await open();
    await ledger.append('alpha', []);
    expect(await ledger.unfolded(NODES, 10)).toEqual([]);
  });

  test('wake the hub that waits', async () => {
    const { ledger } = await open();
    const stop = createStop();
    const wait = ledger.waitForEvents(NODES, LONG_MS, stop.signal);
    await expectWaiting(wait, ledger);
    await ledger.append('alpha', ['1']);
    await wait;
    stop.expectNothingLeft();
  });

  test('are not missed when they come between the last look and the wait', async () => {
    const { ledger } = await open();
    expect(await ledger.unfolded(NODES, 10)).toEqual([]);
    await ledger.append('alpha', ['1']);
    await ledger.waitForEvents(NODES, LONG_MS, createStop().signal);
  });

  test('that are dropped wake nobody', async () => {
    const { ledger } = await open();
    await ledger.append('alpha', ['1']);
    const [stream] = await ledger.unfolded(NODES, 10);
    const through = stream?.events.at(-1)?.position ?? '';
    await ledger.fold({ ...sampleFold(through), to: 'l 1' });
    const stop = createStop();
    const wait = ledger.waitForEvents(NODES, LONG_MS, stop.signal);
    await expectWaiting(wait, ledger);
    stop.abort();
    await wait;
  });

  test('that do not come end the wait in time and on abort', async () => {
    const { ledger } = await open();
    const stop = createStop();
    await ledger.waitForEvents(NODES, SHORT_MS, stop.signal);
    const wait = ledger.waitForEvents(NODES, LONG_MS, stop.signal);
    await expectWaiting(wait, ledger);
    stop.abort();
    await wait;
    await ledger.waitForEvents(NODES, LONG_MS, stop.signal);
    stop.expectNothingLeft();
  });
}
