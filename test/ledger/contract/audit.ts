import { expect, test } from 'vitest';
import { firstHead, link } from '#src/wire/chain.ts';
import type { Open } from '../contract.ts';
import { sampleAsk, sampleAudit, T0 } from '../samples.ts';

const CHAIN = 'a'.repeat(26);
const entries = (count: number) => Array.from({ length: count }, (_, i) => sampleAudit({ at: T0 + i }));

/** Lines for entries, from a number on. */
function linesOf(count: number, after = 0): string[] {
  let head = { ...firstHead(CHAIN), seq: after };
  return entries(count).map((entry) => {
    const linked = link(head, entry);
    head = linked.head;
    return linked.line;
  });
}

/** How the audit waits for its chain and is chained. */
export function testAudit(open: Open): void {
  test('what is written waits, the oldest first, and is read all the same', async () => {
    const { ledger } = await open();
    const [one, two, three] = entries(3);
    if (!one || !two || !three) throw new Error('no entries');
    await ledger.ask({ ...sampleAsk('1'), audit: [one] });
    await ledger.audit([two, three]);
    expect(await ledger.auditTail(2)).toEqual({ state: undefined, count: 0, loose: [one, two] });
    expect(await ledger.audits(9)).toEqual([three, two, one]);
    expect(await ledger.auditLines(0, 9)).toEqual([]);
  });

  test('chained entries no longer wait, have their numbers, and come before those that do', async () => {
    const { ledger } = await open();
    await ledger.audit(entries(3));
    const lines = linesOf(2);
    const write = { from: undefined, state: 's1', chain: CHAIN, after: 0, lines, taken: 2 };
    expect(await ledger.sealAudit(write)).toBe(true);
    expect(await ledger.auditTail(9)).toEqual({ state: 's1', count: 2, loose: [sampleAudit({ at: T0 + 2 })] });
    expect((await ledger.audits(9)).map(({ seq, at }) => [seq, at])).toEqual([
      [undefined, T0 + 2],
      [2, T0 + 1],
      [1, T0],
    ]);
    expect((await ledger.audits(2)).map(({ seq }) => seq)).toEqual([undefined, 2]);
    expect(await ledger.auditLines(0, 9)).toEqual(lines);
    expect(await ledger.auditLines(1, 9)).toEqual(lines.slice(1));
  });

  test('of two that chain the same entries one is told that it was too late, and has written nothing', async () => {
    const { ledger, other } = await open();
    await ledger.audit(entries(2));
    const write = { from: undefined, chain: CHAIN, after: 0, lines: linesOf(2), taken: 2 };
    const both = await Promise.all([
      ledger.sealAudit({ ...write, state: 'one' }),
      other.sealAudit({ ...write, state: 'two' }),
    ]);
    expect(both.toSorted()).toEqual([false, true]);
    expect((await ledger.auditTail(9)).count).toBe(2);
    expect(await ledger.sealAudit({ ...write, from: 'three', state: 'four' })).toBe(false);
  });

  test('the oldest lines are dropped when that is said, and a chain of another name begins beside', async () => {
    const { ledger } = await open();
    await ledger.audit(entries(5));
    const lines = linesOf(4);
    const first = { from: undefined, state: 's1', chain: CHAIN, after: 0, lines, taken: 4 };
    await ledger.sealAudit(first);
    await ledger.sealAudit({ ...first, from: 's1', state: 's2', after: 4, lines: [], taken: 0, dropThrough: 2 });
    expect(await ledger.auditLines(0, 9)).toEqual(lines.slice(2));
    const anew = { from: 's2', state: 's3', chain: 'b'.repeat(26), after: 0, lines: linesOf(1), taken: 1 };
    expect(await ledger.sealAudit(anew)).toBe(true);
    expect(await ledger.auditTail(9)).toEqual({ state: 's3', count: 1, loose: [] });
    expect(await ledger.auditLines(0, 9)).toEqual(linesOf(1));
  });
}
