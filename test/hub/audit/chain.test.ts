import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createAuditChain, KEPT } from '#src/hub/audit/chain.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { checkChain } from '#src/wire/chain.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { sampleAsk, sampleAudit, T0 } from '../../ledger/samples.ts';

async function open(keys = makeKeys()) {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const make = async (other = ledger) =>
    createAuditChain({ ledger: other, keys: await keys, now: () => T0, log: pino({ level: 'silent' }) });
  const chain = await make();
  const check = async () => {
    const { head, cut } = (await chain.state()) ?? {};
    if (!head || !cut) throw new Error('no chain');
    return checkChain(await ledger.auditLines(0, 20_000), cut, [head]);
  };
  return { ledger, chain, make, check };
}
const entries = (count: number) => Array.from({ length: count }, (_, i) => sampleAudit({ at: T0 + i }));

test('what was written with an intent is chained at the next look, once, whoever looks', async () => {
  const { ledger, chain, make, check } = await open();
  await ledger.ask({ ...sampleAsk('1'), audit: entries(2) });
  await Promise.all([chain.seal(), (await make()).seal(), chain.seal()]);
  await ledger.audit(entries(3));
  await (await make()).seal();
  expect((await ledger.audits(9)).map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1]);
  expect(await check()).toMatchObject({ ok: true, head: { seq: 5 } });
});

test('after the oldest lines were dropped the chain is still checked from where it begins', async () => {
  const { ledger, chain, check } = await open();
  await ledger.audit(entries(KEPT + 1_700));
  await chain.seal();
  await ledger.audit(entries(10));
  await chain.seal();
  const { count } = await ledger.auditTail(1);
  expect(count).toBeGreaterThanOrEqual(KEPT);
  expect(count).toBeLessThanOrEqual(KEPT + 1_000);
  expect((await chain.state())?.cut.seq).toBe(KEPT + 1_710 - count);
  expect(await check()).toMatchObject({ ok: true, head: { seq: KEPT + 1_710 } });
});

test('a ledger that was flushed makes the chain say so', async () => {
  const { ledger, chain, make } = await open();
  await ledger.audit(entries(3));
  await chain.seal();
  const flushed = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => flushed.close());
  const where = { now: ledger };
  const hub = await make(new Proxy(ledger, { get: (_, name) => Reflect.get(where.now, name) }));
  await ledger.audit(entries(1));
  await hub.seal();
  where.now = flushed;
  await flushed.audit(entries(1));
  await hub.seal();
  expect((await flushed.audits(9)).map(({ decision }) => decision)).toEqual(['asked', 'audit set back']);
  expect((await flushed.audits(9))[1]?.because).toMatch(/^It stood at 4:[0-9a-f]{32}; the ledger has nothing of it\.$/);
});

test('a chain that another hub began is left alone, and a new one says that it found it', async () => {
  const { ledger, chain } = await open();
  const { chain: stranger } = await open();
  expect(await stranger.state()).toBeUndefined();
  await ledger.audit(entries(1));
  await chain.seal();
  const other = createAuditChain({ ledger, keys: await makeKeys(), now: () => T0, log: pino({ level: 'silent' }) });
  await ledger.audit(entries(1));
  await other.seal();
  expect((await ledger.audits(9)).map(({ seq, decision }) => [seq, decision])).toEqual([
    [2, 'asked'],
    [1, 'audit set back'],
  ]);
});
