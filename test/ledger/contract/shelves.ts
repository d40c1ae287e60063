import { expect, test } from 'vitest';
import type { Open } from '../contract.ts';
import { NODES, sampleAsk, sampleFold, tokensOf } from '../samples.ts';

/** What the hub has sealed for itself, and the end of a node. */
export function testShelves(open: Open): void {
  const beta = { shelf: 'nodes', name: 'beta' };

  test('a text is read as it was put there, under its shelf and name alone', async () => {
    const { ledger, other } = await open();
    expect(await ledger.shelf('nodes')).toEqual({});
    expect(await ledger.shelve({ ...beta, from: undefined, to: 'one' })).toBe(true);
    await ledger.shelve({ shelf: 'invitations', name: 'beta', from: undefined, to: '🦉 "b"' });
    await ledger.shelve({ shelf: 'nodes', name: 'a b', from: undefined, to: '' });
    expect(await other.shelf('nodes')).toEqual({ beta: 'one', 'a b': '' });
    expect(await other.shelf('invitations')).toEqual({ beta: '🦉 "b"' });
  });

  test('a text changes only from what was read, and of several who change it at once one does', async () => {
    const { ledger, other } = await open();
    await ledger.shelve({ ...beta, from: undefined, to: 'one' });
    expect(await ledger.shelve({ ...beta, from: undefined, to: 'two' })).toBe(false);
    expect(await ledger.shelve({ ...beta, from: 'none', to: 'two' })).toBe(false);
    const tries = Array.from({ length: 8 }, (_, i) => (i % 2 ? ledger : other));
    const taken = await Promise.all(tries.map((each, i) => each.shelve({ ...beta, from: 'one', to: `try ${i}` })));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect((await ledger.shelf('nodes'))['beta']).toBe(`try ${taken.indexOf(true)}`);
  });

  test('the same write a second time is no second one', async () => {
    const { ledger } = await open();
    const write = { ...beta, from: undefined, to: 'one' };
    expect([await ledger.shelve(write), await ledger.shelve(write)]).toEqual([true, true]);
    const off = { ...beta, from: 'one', to: undefined };
    expect([await ledger.shelve(off), await ledger.shelve(off)]).toEqual([true, true]);
    expect(await ledger.shelf('nodes')).toEqual({});
  });

  test('of a node that is cleared nothing is left, and of others everything', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleAsk('1', NODES));
    for (const node of NODES) {
      await ledger.append(node, [`of ${node}`]);
      await ledger.setBeacon(node, `beacon ${node}`);
    }
    const [stream] = await ledger.unfolded(['beta'], 9);
    await ledger.fold({ ...sampleFold(stream?.events[0]?.position ?? ''), node: 'beta', jobs: [] });
    await ledger.append('beta', ['more of beta']);
    await ledger.clear('beta');
    await ledger.clear('beta');
    const { signal } = new AbortController();
    expect(await ledger.orders('beta', '0', 0, signal)).toEqual([]);
    expect(await ledger.cursor('beta')).toBeUndefined();
    expect(tokensOf(await ledger.orders('alpha', '0', 0, signal))).toHaveLength(1);
    expect((await ledger.unfolded(NODES, 9)).map(({ node }) => node)).toEqual(['alpha']);
    expect(await ledger.beacons(NODES)).toEqual([{ node: 'alpha', token: 'beacon alpha' }]);
  });
}
