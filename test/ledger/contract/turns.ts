import { expect, test } from 'vitest';
import type { Said } from '#src/ledger/records.ts';
import type { Open } from '../contract.ts';
import {
  ADA,
  orderFor,
  ordersOf,
  sampleAudit,
  sampleConfirm,
  sampleJob,
  samplePost,
  samplePress,
  sampleQuestion,
  T0,
  tell,
  tokensOf,
} from '../samples.ts';

const LATE = T0 + 120_000;
const PLAN = 'a'.repeat(64);
const BEN = { id: 8, name: 'Ben' };
const yesOf = (operator: typeof ADA) => ({ operator, plan: PLAN, at: T0 });

function said(more: Partial<Said> = {}): Said {
  return { turn: 1, yesAt: T0, wrong: 0, typed: [], approvals: [], copies: [], ...more };
}

/** An answer after which the question goes on. */
const more = (of: Said, press: Parameters<typeof samplePress>[0] = {}) =>
  samplePress({ answer: 'more', said: of, jobs: [], orders: [], dueAt: undefined, calmUntil: undefined, ...press });

/** A question that takes several answers, of several people, in several chats. */
export function testTurns(open: Open): void {
  test('keeps what was said, for longer, and starts nothing', async () => {
    const { ledger } = await open();
    const ask = sampleQuestion({ calmUntil: T0 + 2000 }, { reason: 'because' });
    await ledger.ask(ask);
    const all = said({ reason: 'ü 🦉', named: true, wrong: 2, typed: [5, 6], approvals: [yesOf(ADA)] });
    expect(await ledger.press(more(all, { expiresAt: LATE + 1 }))).toBe('taken');
    expect(await ledger.story('p1')).toEqual({
      post: { ...ask.post, message: 55, revision: 2, calmUntil: 0, dueAt: undefined },
      jobs: [],
      confirm: sampleConfirm({ reason: 'because', said: all, expiresAt: LATE + 1 }),
    });
    expect(await ordersOf(ledger, 'alpha')).toEqual([]);
    expect(await ledger.press(more(said({ turn: 2 }), { now: LATE }))).toBe('taken');
    expect(await ledger.press(more(said({ turn: 3 }), { now: LATE + 1 }))).toBe('expired');
  });

  test('takes an answer once, and none that was judged before another', async () => {
    const { ledger, other } = await open();
    await ledger.ask(sampleQuestion());
    expect(await ledger.press(more(said()))).toBe('taken');
    const before = await ledger.story('p1');
    expect(await other.press(more(said()))).toBe('changed');
    expect(await other.press(more(said({ turn: 3 })))).toBe('changed');
    expect(await other.press(samplePress({ said: said() }))).toBe('changed');
    expect(await ledger.story('p1')).toEqual(before);
    expect(await ordersOf(ledger, 'alpha')).toEqual([]);
    expect(await ledger.audits(9)).toHaveLength(1);
    expect(await other.press(samplePress({ said: said({ turn: 2 }) }))).toBe('taken');
    expect(tokensOf(await ordersOf(ledger, 'alpha'))).toEqual(['order j1']);
  });

  test('takes words, which come on no message, without binding the post to one', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleQuestion());
    expect(await ledger.press(more(said({ typed: [77] }), { message: undefined }))).toBe('taken');
    expect((await ledger.story('p1'))?.post.message).toBeUndefined();
    expect(await ledger.press(more(said({ turn: 2 }), { message: undefined, chat: 1 }))).toBe('elsewhere');
  });

  test('takes the yes of somebody else only as such', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleQuestion());
    const press = samplePress({ operator: BEN.id, said: said() });
    expect(await ledger.press(press)).toBe('not yours');
    expect(await ledger.press({ ...press, approver: true })).toBe('taken');
  });

  test('brings the question into other chats, where it is told, answered and changes with the first', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleQuestion({ message: 55 }));
    const copy = samplePost({ id: 'p2', chat: BEN.id, confirm: 'c1', jobs: ['plan'], createdAt: T0 + 1 });
    await ledger.press(more(said({ copies: ['p2'] }), { posts: [copy] }));
    expect(await ledger.untold(T0 + 3000)).toEqual(['p1', 'p2']);
    await tell(ledger, { post: 'p1' });
    await tell(ledger, { post: 'p2', message: 66, dueAt: LATE });
    expect(await ledger.untold(T0 + 9000)).toEqual([]);

    const ben = { operator: BEN.id, approver: true, chat: BEN.id, said: said({ turn: 2, copies: ['p2'] }) };
    expect(await ledger.press(samplePress({ ...ben, message: 55 }))).toBe('elsewhere');
    expect(await ledger.press(samplePress({ ...ben, chat: 9, message: 66 }))).toBe('elsewhere');
    expect(await ledger.press(samplePress({ ...ben, message: 66 }))).toBe('taken');
    const confirm = sampleConfirm({ state: 'yes', jobs: ['j1'], said: ben.said });
    expect(await ledger.story('p2')).toEqual({
      post: { ...copy, message: 66, told: 1, revision: 2, dueAt: undefined },
      jobs: [],
      confirm,
    });
    expect(await ledger.story('p1')).toMatchObject({ post: { message: 55, jobs: ['j1'] }, confirm });
    expect((await ledger.question('c1'))?.post.id).toBe('p1');
    expect(await ledger.untold(T0 + 9000)).toEqual(['p1', 'p2']);
  });

  test('takes each of fifty answers of several people at once, each judged by the one before, and orders once', async () => {
    const { ledger, other } = await open();
    await ledger.ask(sampleQuestion());
    const say = async (hub: typeof ledger, index: number): Promise<string> => {
      for (;;) {
        const confirm = (await hub.question('c1'))?.confirm;
        const approvals = [...(confirm?.said?.approvals ?? []), yesOf({ id: index, name: 'X' })];
        const turn = (confirm?.said?.turn ?? 0) + 1;
        const answer = approvals.length === 5 ? 'yes' : 'more';
        const job = sampleJob({ id: `j${index}` });
        const press = { answer, said: said({ turn, approvals }), approver: true, operator: index } as const;
        const pressed = await hub.press(
          samplePress({ ...press, jobs: [job], orders: [orderFor(job)], audit: [sampleAudit()] }),
        );
        if (pressed !== 'changed') return pressed;
      }
    };
    const pressed = await Promise.all(Array.from({ length: 50 }, (_, i) => say(i % 2 ? ledger : other, i + 1)));
    expect(pressed.filter((each) => each === 'taken')).toHaveLength(5);
    expect((await ledger.question('c1'))?.confirm?.said?.approvals).toHaveLength(5);
    expect(await ordersOf(ledger, 'alpha')).toHaveLength(1);
    expect(await ledger.jobs({ limit: 9 })).toHaveLength(1);
    expect(await ledger.audits(99)).toHaveLength(5);
  });

  test('forgets a copy without the question, and the question with its own post', async () => {
    const { ledger } = await open();
    await ledger.ask(sampleQuestion({ createdAt: T0 + 10 }));
    const copy = samplePost({ id: 'p2', chat: BEN.id, confirm: 'c1', createdAt: T0 });
    await ledger.press(more(said({ copies: ['p2'] }), { posts: [copy] }));
    await ledger.trim({ ordersBefore: 0, recordsBefore: T0 + 5 });
    expect(await ledger.story('p2')).toBeUndefined();
    expect(await ledger.question('c1')).toBeDefined();
    expect(await ledger.press(samplePress({ said: said({ turn: 2, copies: ['p2'] }) }))).toBe('taken');
  });
}

/** Somebody says that what a post is about is settled. */
export function testResolving(open: Open): void {
  test('notes on the post who said first that it is settled', async () => {
    const { ledger, other } = await open();
    const ask = sampleQuestion({ message: 55 });
    await ledger.ask(ask);
    await tell(ledger, { post: 'p1' });
    const write = { post: 'p1', operator: ADA, at: T0 + 5, audit: [sampleAudit({ decision: 'resolved' })] };
    const said = await Promise.all(
      [BEN, ADA, BEN].map((operator, i) => (i % 2 ? ledger : other).resolve({ ...write, operator })),
    );
    expect(said.toSorted()).toEqual(['again', 'again', 'taken']);
    const operator = [BEN, ADA, BEN][said.indexOf('taken')];
    expect((await ledger.story('p1'))?.post).toMatchObject({
      resolved: { operator, at: T0 + 5 },
      revision: 2,
      told: 1,
    });
    expect(await ledger.audits(9)).toEqual(write.audit);
    expect(await ledger.untold(T0)).toEqual(['p1']);
    expect(await ledger.resolve({ ...write, post: 'p9' })).toBe('unknown');
  });
}
