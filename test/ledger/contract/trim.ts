import { expect, test } from 'vitest';
import type { Open } from '../contract.ts';
import {
  NODES,
  ordersOf,
  sampleAsk,
  sampleAudit,
  sampleConfirm,
  sampleFold,
  sampleJob,
  sampleQuestion,
  T0,
} from '../samples.ts';

const HOUR_MS = 3_600_000;
const nothing = { ordersBefore: 0, recordsBefore: 0 };

/** What is over is let go, what is open stays. */
export function testTrim(open: Open): void {
  test('drops the orders that are too old and goes on counting', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleAsk('1'));
    const [first] = await ordersOf(ledger, 'alpha');
    await ledger.trim({ ...nothing, ordersBefore: Date.now() - HOUR_MS });
    expect(await ordersOf(ledger, 'alpha')).toEqual([first]);
    await ledger.trim({ ...nothing, ordersBefore: Date.now() + HOUR_MS });
    expect(await ordersOf(ledger, 'alpha')).toEqual([]);
    expect(await ledger.jobs({ limit: 9 })).toHaveLength(1);

    await ledger.send([{ node: 'alpha', job: 'j9', token: 'later' }]);
    const later = await ordersOf(ledger, 'alpha', first?.position);
    expect(
      later.map((entry) => entry.token),
      'a node that remembers its position misses nothing',
    ).toEqual(['later']);
  });

  test('forgets old posts whose jobs are all ended, with jobs, confirm and intent; the audit stays', async () => {
    const { ledger } = await open();
    const ended = [sampleJob({ state: 'ended' }), sampleJob({ id: 'j2', state: 'ended' })];
    const ask = { ...sampleQuestion({ jobs: ['j1', 'j2'] }), jobs: ended, audit: [sampleAudit()] };
    await ledger.ask(ask);
    await ledger.trim({ ...nothing, recordsBefore: T0 });
    expect(await ledger.story('p1'), 'made at that very time').toBeDefined();
    await ledger.trim({ ...nothing, recordsBefore: T0 + 1 });

    expect(await ledger.story('p1')).toBeUndefined();
    expect(await ledger.jobsById(['j1', 'j2'])).toEqual([]);
    expect(await ledger.jobs({ limit: 9 })).toEqual([]);
    expect(await ledger.question('c1')).toBeUndefined();
    expect(await ledger.untold(T0)).toEqual([]);
    expect(await ledger.nextDue()).toBeUndefined();
    expect(await ledger.audits(9)).toEqual([sampleAudit()]);
    expect(await ledger.ask(ask)).toEqual({ fresh: true, post: 'p1' });
  });

  test('keeps old posts with a job that is not over, whole', async () => {
    const { ledger } = await open();
    const jobs = [sampleJob({ state: 'ended' }), sampleJob({ id: 'j2', state: 'unknown' })];
    const ask = { ...sampleQuestion({ jobs: ['j1', 'j2'] }), jobs };
    await ledger.ask(ask);
    await ledger.trim({ ...nothing, recordsBefore: T0 + HOUR_MS });
    expect(await ledger.story('p1')).toEqual({ post: ask.post, jobs, confirm: sampleConfirm() });
    expect(await ledger.ask(ask)).toEqual({ fresh: false, post: 'p1' });
  });

  test('forgets an old question that became no job, and keeps a young one', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleQuestion());
    await ledger.ask({ ...sampleAsk('2', [], { createdAt: T0 + HOUR_MS }) });
    await ledger.trim({ ...nothing, recordsBefore: T0 + HOUR_MS });
    expect(await ledger.question('c1')).toBeUndefined();
    expect(await ledger.story('p1')).toBeUndefined();
    expect(await ledger.story('p2')).toBeDefined();
  });

  test('leaves events and cursors alone', async () => {
    const { ledger } = await open();
    await ledger.append('alpha', ['e1', 'e2']);
    const [stream] = await ledger.unfolded(NODES, 9);
    const through = stream?.events[0]?.position ?? '';
    await ledger.fold({ ...sampleFold(through), to: 'l 1' });
    await ledger.trim({ ordersBefore: Date.now() + HOUR_MS, recordsBefore: Date.now() + HOUR_MS });
    expect((await ledger.unfolded(NODES, 9)).map((each) => each.events.length)).toEqual([1]);
    expect(await ledger.cursor('alpha')).toEqual('l 1');
  });
}
