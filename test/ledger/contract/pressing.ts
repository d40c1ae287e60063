import { expect, test } from 'vitest';
import type { Press, Pressed } from '#src/ledger/writes.ts';
import type { Open } from '../contract.ts';
import {
  orderFor,
  ordersOf,
  sampleAsk,
  sampleAudit,
  sampleConfirm,
  sampleJob,
  samplePress,
  sampleQuestion,
  T0,
  tell,
  tokensOf,
} from '../samples.ts';

const LATE = T0 + 120_000;

/** One answer to one question, from the one person, in the one place. */
export function testPressing(open: Open): void {
  test('takes a yes: its jobs join the post, its orders are sent', async () => {
    const { ledger } = await open();
    const ask = sampleAsk('0', ['alpha'], { id: 'p1', confirm: 'c1', dueAt: LATE });
    const plan = sampleJob({ id: 'plan', kind: 'plan' });
    await ledger.ask({
      ...ask,
      post: { ...ask.post, jobs: ['plan'] },
      jobs: [plan],
      orders: [],
      confirm: sampleConfirm(),
    });
    const second = sampleJob({ id: 'j2', node: 'beta' });
    const press = samplePress({ jobs: [sampleJob(), second], orders: [orderFor(sampleJob()), orderFor(second)] });

    expect(await ledger.press(press)).toBe('taken');
    expect(await ledger.story('p1')).toEqual({
      post: {
        ...ask.post,
        jobs: ['plan', 'j1', 'j2'],
        message: 55,
        revision: 2,
        calmUntil: T0 + 3000,
        dueAt: T0 + 200_000,
      },
      jobs: [plan, sampleJob(), second],
      confirm: sampleConfirm({ state: 'yes', jobs: ['j1', 'j2'] }),
    });
    expect(tokensOf(await ordersOf(ledger, 'alpha'))).toEqual(['order j1']);
    expect(tokensOf(await ordersOf(ledger, 'beta'))).toEqual(['order j2']);
    expect(await ledger.audits(10)).toEqual(press.audit);
  });

  test('takes a no: the post has changed and may be told at once, nothing is sent', async () => {
    const { ledger } = await open();
    const ask = sampleQuestion({ calmUntil: T0 + 2000 });
    await ledger.ask(ask);

    expect(await ledger.press(samplePress({ answer: 'no', calmUntil: undefined, dueAt: undefined }))).toBe('taken');
    expect(await ledger.story('p1')).toEqual({
      post: { ...ask.post, message: 55, revision: 2, calmUntil: 0, dueAt: undefined },
      jobs: [],
      confirm: sampleConfirm({ state: 'no' }),
    });
    expect(await ledger.jobs({ limit: 10 })).toEqual([]);
    expect(await ordersOf(ledger, 'alpha')).toEqual([]);
    expect(await ledger.audits(10)).toHaveLength(1);
  });

  const refused: { name: string; first?: Press; press: Partial<Press>; pressed: Pressed }[] = [
    { name: 'a confirm that is not there', press: { confirm: 'c2' }, pressed: 'unknown' },
    { name: 'another operator', press: { operator: 8 }, pressed: 'not yours' },
    { name: 'another operator elsewhere, too late', press: { operator: 8, chat: 1, now: LATE }, pressed: 'not yours' },
    { name: 'another chat', press: { chat: 1 }, pressed: 'elsewhere' },
    { name: 'another message', press: { message: 56 }, pressed: 'elsewhere' },
    { name: 'another message, too late', press: { message: 56, now: LATE }, pressed: 'elsewhere' },
    { name: 'another message after the yes', first: samplePress(), press: { message: 56 }, pressed: 'elsewhere' },
    { name: 'the same yes', first: samplePress(), press: {}, pressed: 'again' },
    { name: 'the same yes, too late', first: samplePress(), press: { now: LATE }, pressed: 'again' },
    { name: 'a no after the yes', first: samplePress(), press: { answer: 'no' }, pressed: 'answered' },
    { name: 'the same no', first: samplePress({ answer: 'no' }), press: { answer: 'no' }, pressed: 'again' },
    { name: 'a yes after the no', first: samplePress({ answer: 'no' }), press: {}, pressed: 'answered' },
    { name: 'a yes when the question has expired', press: { now: LATE }, pressed: 'expired' },
    { name: 'a no when the question has expired', press: { answer: 'no', now: LATE }, pressed: 'expired' },
  ];
  test.for(refused)('refuses $name as "$pressed" and changes nothing', async ({ first, press, pressed }) => {
    const { ledger } = await open();
    await ledger.ask(sampleQuestion({ message: 55 }));
    if (first) expect(await ledger.press(first)).toBe('taken');
    const before = [await ledger.story('p1'), await ledger.jobs({ limit: 9 }), await ordersOf(ledger, 'alpha')];
    const audits = await ledger.audits(9);
    const job = sampleJob({ id: 'j2' });

    expect(await ledger.press(samplePress({ jobs: [job], orders: [orderFor(job)], ...press }))).toBe(pressed);
    expect([await ledger.story('p1'), await ledger.jobs({ limit: 9 }), await ordersOf(ledger, 'alpha')]).toEqual(
      before,
    );
    expect(await ledger.audits(9)).toEqual(audits);
  });

  test('takes a yes in the last millisecond', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleQuestion());
    expect(await ledger.press(samplePress({ now: LATE - 1 }))).toBe('taken');
  });

  test('binds the post to the message that was pressed before its id was stored', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleQuestion());
    await ledger.press(samplePress({ message: 55 }));

    expect((await ledger.story('p1'))?.post.message).toBe(55);
    expect(await ledger.press(samplePress({ message: 56 }))).toBe('elsewhere');
  });

  test('does not bind the post to a message whose press is refused', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleQuestion());
    expect(await ledger.press(samplePress({ message: 55, now: LATE }))).toBe('expired');
    expect((await ledger.story('p1'))?.post.message).toBeUndefined();
  });

  test('makes a told post untold', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleQuestion());
    await tell(ledger, { post: 'p1', message: 55 });
    expect(await ledger.untold(T0)).toEqual([]);
    await ledger.press(samplePress());
    expect(await ledger.untold(T0 + 3000)).toEqual(['p1']);
  });

  test('takes exactly one of fifty presses at once', async () => {
    const { ledger, other } = await open();
    await ledger.ask(sampleQuestion());
    const presses = Array.from({ length: 50 }, (_, i) => {
      const job = sampleJob({ id: `j${i}` });
      return samplePress({
        answer: i % 3 ? 'yes' : 'no',
        jobs: [job],
        orders: [orderFor(job)],
        audit: [sampleAudit()],
      });
    });
    const pressed = await Promise.all(presses.map((press, i) => (i % 2 ? ledger : other).press(press)));

    expect(pressed.filter((each) => each === 'taken')).toHaveLength(1);
    expect(pressed.every((each) => each === 'taken' || each === 'again' || each === 'answered')).toBe(true);
    const winner = presses[pressed.indexOf('taken')];
    const jobs = winner?.answer === 'yes' ? winner.jobs : [];
    expect(await ledger.jobs({ limit: 100 })).toEqual(jobs);
    expect(tokensOf(await ordersOf(ledger, 'alpha'))).toEqual(jobs.map((job) => `order ${job.id}`));
    expect((await ledger.story('p1'))?.post.revision).toBe(2);
    expect(await ledger.audits(100)).toHaveLength(1);
  });

  test('leaves nothing of a press that cannot be written', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleQuestion());
    await expect(ledger.press(samplePress({ audit: [sampleAudit({ at: 0.5 })] }))).rejects.toThrow();
    expect(await ledger.story('p1')).toEqual({ post: sampleQuestion().post, jobs: [], confirm: sampleConfirm() });
    expect(await ordersOf(ledger, 'alpha')).toEqual([]);
    expect(await ledger.press(samplePress())).toBe('taken');
  });
}
