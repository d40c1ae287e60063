import { expect, test } from 'vitest';
import type { Open } from '../contract.ts';
import {
  ADA,
  ordersOf,
  sampleAsk,
  sampleAudit,
  sampleConfirm,
  sampleJob,
  samplePost,
  T0,
  tokensOf,
} from '../samples.ts';

/** One intent, once, whole. */
export function testAsking(open: Open): void {
  test('writes post, jobs, orders, confirm and audit together', async () => {
    const { ledger } = await open();
    const ask = sampleAsk('1', ['alpha', 'beta'], { confirm: 'c1' });
    const answer = await ledger.ask({ ...ask, confirm: sampleConfirm(), audit: [sampleAudit()] });

    expect(answer).toEqual({ fresh: true, post: 'p1' });
    expect(await ledger.story('p1')).toEqual({ post: ask.post, jobs: ask.jobs, confirm: sampleConfirm() });
    expect(await ledger.audits(10)).toEqual([sampleAudit()]);
    expect(tokensOf(await ordersOf(ledger, 'alpha'))).toEqual(['order j1']);
    expect(tokensOf(await ordersOf(ledger, 'beta'))).toEqual(['order j1-1']);
  });

  test('answers the second ask of an intent with the first post and changes nothing', async () => {
    const { ledger } = await open();
    const first = sampleAsk('1');
    await ledger.ask(first);
    const second = {
      ...sampleAsk('2', ['alpha', 'beta']),
      intent: first.intent,
      confirm: sampleConfirm({ post: 'p2' }),
    };
    const answer = await ledger.ask({ ...second, audit: [sampleAudit()] });

    expect(answer).toEqual({ fresh: false, post: 'p1' });
    expect(await ledger.story('p1')).toEqual({ post: first.post, jobs: first.jobs, confirm: undefined });
    expect(await ledger.story('p2')).toBeUndefined();
    expect(await ledger.question('c1')).toBeUndefined();
    expect(await ledger.jobs({ limit: 10 })).toEqual(first.jobs);
    expect(await ledger.audits(10)).toEqual([]);
    expect(tokensOf(await ordersOf(ledger, 'alpha'))).toEqual(['order j1']);
    expect(await ordersOf(ledger, 'beta')).toEqual([]);
  });

  test('takes one of many asks of the same intent', async () => {
    const { ledger, other } = await open();
    const asks = Array.from({ length: 50 }, (_, i) => ({ ...sampleAsk(String(i)), intent: 'the same' }));
    const answers = await Promise.all(asks.map((ask, i) => (i % 2 ? ledger : other).ask(ask)));

    expect(answers.filter((answer) => answer.fresh)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.post)).size).toBe(1);
    expect(await ledger.jobs({ limit: 100 })).toHaveLength(1);
    expect(await ordersOf(ledger, 'alpha')).toHaveLength(1);
  });

  test('leaves nothing of an ask that cannot be written', async () => {
    const { ledger } = await open();
    const ask = sampleAsk('1');
    const confirm = sampleConfirm();
    await expect(ledger.ask({ ...ask, confirm, audit: [sampleAudit({ at: 0.5 })] })).rejects.toThrow();

    expect(await ledger.story('p1')).toBeUndefined();
    expect(await ledger.question('c1')).toBeUndefined();
    expect(await ledger.jobs({ limit: 10 })).toEqual([]);
    expect(await ordersOf(ledger, 'alpha')).toEqual([]);
    expect(await ledger.ask(ask)).toEqual({ fresh: true, post: 'p1' });
  });

  test('keeps every field of a record as it is', async () => {
    const { ledger } = await open();
    const job = sampleJob({
      input: { 'it\'s "odd"': 'ünï\u0000 \\ 🦉 %_*?', '': false },
      state: 'ended',
      steps: [{ title: 'Restart it', state: 'done' }],
      note: 'line 1\nline 2',
      plan: { facts: [{ label: 'State', value: 'running', tone: 'ok' }], digest: 'a'.repeat(64) },
      verdict: 'verified not applied',
      reply: {
        tone: 'bad',
        title: 'web did not start',
        facts: [{ label: 'Disk', value: '0 GB', limit: '10 GB' }],
        block: { label: 'log', text: '\t<b>🦉</b>'.repeat(10_000) },
        buttons: [{ label: 'Again', operation: 'restart', input: { target: 'web' } }],
      },
      tookMs: 1234.5,
      acceptedAt: T0 + 1,
      endedAt: T0 + 2,
    });
    const post = samplePost({
      chat: -1_001_234_567_890_123,
      thread: 3,
      replyTo: 4,
      message: 5,
      jobs: ['j1'],
      confirm: 'c1',
      notBefore: T0,
      dueAt: T0 + 5,
      calmUntil: T0 + 1,
      extras: ['ring'],
    });
    const confirm = sampleConfirm({ nodes: ['alpha', 'beta'], state: 'yes', jobs: ['j1'] });
    const entry = sampleAudit({
      operator: ADA,
      node: 'alpha',
      operation: 'restart',
      input: {},
      job: 'j1',
      because: 'ü',
    });
    await ledger.ask({ intent: 'i', post, jobs: [job], orders: [], confirm, audit: [entry] });

    expect(await ledger.story('p1')).toEqual({ post, jobs: [job], confirm });
    expect(await ledger.audits(1)).toEqual([entry]);
  });

  test('finds the post that asks a question', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleAsk('2'));
    const ask = sampleAsk('1', ['alpha'], { confirm: 'c1' });
    await ledger.ask({ ...ask, confirm: sampleConfirm() });
    expect(await ledger.question('c1')).toEqual({ post: ask.post, jobs: ask.jobs, confirm: sampleConfirm() });
    expect(await ledger.question('c2')).toBeUndefined();
  });

  test('knows neither posts nor confirms that nobody asked for', async () => {
    const { ledger } = await open();
    expect(await ledger.story('p1')).toBeUndefined();
    expect(await ledger.question('c1')).toBeUndefined();
  });
}
