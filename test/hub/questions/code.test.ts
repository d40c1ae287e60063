import { describe, expect, onTestFinished, test } from 'vitest';
import { createRoster } from '#src/hub/nodes/roster.ts';
import { createOrders } from '#src/hub/orders.ts';
import { createCodes } from '#src/hub/questions/code.ts';
import type { Answer } from '#src/hub/questions/press.ts';
import { createPress } from '#src/hub/questions/press.ts';
import { yesIntent } from '#src/hub/questions/start.ts';
import { createHearStepUp } from '#src/hub/questions/stepup.ts';
import type { Ledger } from '#src/ledger/port.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import type { StepUpOutcome } from '#src/wire/event.ts';
import { jobId } from '#src/wire/ids.ts';
import { identity, makeKeys } from '#src/wire/keys.ts';
import { Order } from '#src/wire/order.ts';
import { open } from '#src/wire/seal.ts';
import { testWithEither } from '../../ledger/either.ts';
import { ordersOf, sampleConfirm, samplePost, T0 } from '../../ledger/samples.ts';
import { CARDS } from '../../operation/samples.ts';
import { OPERATORS, sampleNode, webJob } from '../samples.ts';

const [ADA, BEN] = OPERATORS as unknown as [Operator, Operator];
type Operator = (typeof OPERATORS)[number];
const hubKeys = await makeKeys();
const keys = { alpha: await makeKeys(), vault: await makeKeys() };
const DIGEST = 'a'.repeat(64);
const CONFIRM = jobId('question', 'alpha');
const RUN = jobId(yesIntent({ id: CONFIRM }), 'alpha');

/** A question about alpha whose plan asks for a step-up, in Ada's private chat or in a group. */
async function setUp(ledger: Ledger, { chat = ADA.id, vault = {} }: { chat?: number; vault?: object } = {}) {
  let at = T0 + 1_000;
  const now = () => at;
  const asks = { proof: 'stepup' as const, approvers: 0, selfApproval: false, reason: false, by: '*' as const };
  const plan = webJob({
    id: 'plan',
    kind: 'plan',
    post: 'p1',
    state: 'ended',
    plan: { facts: [], digest: DIGEST },
    asks,
  });
  await ledger.ask({
    ...{ intent: 'i', orders: [], audit: [], jobs: [plan], confirm: sampleConfirm({ id: CONFIRM }) },
    post: samplePost({ id: 'p1', chat, message: 5, confirm: CONFIRM, jobs: ['plan'] }),
  });
  const orders = createOrders({ name: 'hub', keys: hubKeys });
  const config = { prodOnlyPrivate: false, operators: [...OPERATORS], approver: undefined };
  const roster = createRoster({ listed: { alpha: { key: keys.alpha.public } } });
  const nodes = [sampleNode(), sampleNode({ name: 'vault', key: keys.vault.public, approver: true, ...vault })];
  const press = createPress({
    config,
    ledger,
    orders,
    catalog: CARDS,
    lockdown: { refusal: async () => undefined },
    roster,
    now,
  });
  const codes = createCodes({
    config,
    ledger,
    orders,
    catalog: CARDS,
    roster,
    press,
    now,
    fleet: { nodes: async () => nodes },
  });
  const hear = createHearStepUp({ config, ledger, press });
  const answer = (more: Partial<Answer> = {}) =>
    press({ confirm: CONFIRM, answer: 'yes', operator: ADA, chat, message: 5, ...more });
  const sent = async (node: 'alpha' | 'vault') => {
    const opened = open({ name: node, keys: keys[node] }, { name: 'hub', key: hubKeys.public }, 'order', Order);
    return await Promise.all((await ordersOf(ledger, node)).map(({ token }) => opened(token)));
  };
  const found = (order: string, outcome: StepUpOutcome, { operator = ADA, node = 'vault', about = RUN } = {}) =>
    hear(node, { kind: 'stepup', job: order, confirm: CONFIRM, about, operator: operator.id, outcome });
  return {
    ...{ answer, codes, sent, found },
    confirm: async () => (await ledger.question(CONFIRM))?.confirm,
    type: (code: string, message = 6, operator = ADA) => codes.send(CONFIRM, { operator, message, code }),
    pass: (ms: number) => {
      at += ms;
    },
  };
}

async function inMemory(options?: Parameters<typeof setUp>[1]) {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  return { ledger, ...(await setUp(ledger, options)) };
}

test('a yes starts nothing: the code goes to the approver alone, for this job, plan, node and person', async () => {
  const { answer, codes, type, sent, confirm } = await inMemory();
  expect(await codes.waiting(ADA, '123456')).toMatchObject({ first: 'The code comes after your yes: press first.' });
  expect(await type('123456')).toContain('Nothing waits for a code');
  expect((await answer()).text).toContain('type the code of your authenticator');
  expect(await codes.waiting(ADA, '123456')).toEqual({ confirm: CONFIRM });
  expect(await codes.waiting(BEN, '123456')).toBeUndefined();
  expect(await type('123456')).toBeUndefined();
  expect(await sent('alpha')).toEqual([]);
  const [order] = await sent('vault');
  expect(order?.body).toEqual({
    ...{ kind: 'approve', v: 1, confirm: CONFIRM, job: RUN, plan: DIGEST, operator: ADA.id, code: '123456' },
    audience: identity('alpha', keys.alpha.public),
  });
  expect((order?.expiresAt ?? 0) - (order?.issuedAt ?? 0)).toBe(30_000);
  expect(JSON.stringify(await confirm())).not.toContain('123456');
});

test('the same message is the same try, however often it comes', async () => {
  const { answer, type, sent } = await inMemory();
  await answer();
  for (let n = 0; n < 3; n += 1) await type('123456', 6);
  await type('123456', 7);
  expect(new Set((await sent('vault')).map(({ jti }) => jti)).size).toBe(2);
});

test('the proof goes unread with the order, once, however often it is heard', async () => {
  const { answer, type, sent, found } = await inMemory();
  await answer();
  await type('123456');
  const [order] = await sent('vault');
  for (let n = 0; n < 3; n += 1) await found(order?.jti ?? '', { is: 'proved', token: 'as it came' });
  const runs = await sent('alpha');
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({
    jti: RUN,
    body: { kind: 'run', plan: DIGEST, proofs: [{ kind: 'stepup', token: 'as it came' }] },
  });
});

test.each<[string, { node?: string; operator?: Operator; about?: string }]>([
  ['from a node that was not asked', { node: 'alpha' }],
  ['about somebody who did not say yes', { operator: BEN }],
  ['about another job', { about: 'j0' }],
])('a finding %s changes nothing', async (_, more) => {
  const { answer, type, sent, found } = await inMemory();
  await answer();
  await type('123456');
  const [order] = await sent('vault');
  await found(order?.jti ?? '', { is: 'proved', token: 'forged' }, more);
  expect(await sent('alpha')).toEqual([]);
});

test('what is said about an earlier code than the last one is not shown, but a proof counts', async () => {
  const { answer, type, sent, found, confirm } = await inMemory();
  await answer();
  await type('111111', 6);
  await type('222222', 7);
  const [first, second] = await sent('vault');
  await found(first?.jti ?? '', { is: 'wrong', left: 4 });
  expect((await confirm())?.said?.proving).toMatchObject([{ order: second?.jti }]);
  expect((await confirm())?.said?.proving?.[0]).not.toHaveProperty('found');
  await found(first?.jti ?? '', { is: 'proved', token: 't' });
  expect(await sent('alpha')).toHaveLength(1);
});

test('after the question is over a code is still taken to be deleted, and nothing is done', async () => {
  const { answer, codes, type, sent, found, pass } = await inMemory();
  await answer();
  await type('123456');
  const [order] = await sent('vault');
  pass(200_000);
  await found(order?.jti ?? '', { is: 'proved', token: 't' });
  expect(await type('654321', 8)).toContain('Nothing waits for a code');
  expect(await codes.waiting(ADA, '123456')).toEqual({ confirm: CONFIRM });
  expect(await sent('vault')).toHaveLength(1);
  expect(await sent('alpha')).toEqual([]);
  pass(400_000);
  expect(await codes.waiting(ADA, '123456')).toBeUndefined();
});

test('a question in a group goes on in the private chat, once', async () => {
  const { ledger, answer, type, found, sent } = await inMemory({ chat: -100 });
  await answer();
  await type('111111');
  const [order] = await sent('vault');
  await found(order?.jti ?? '', { is: 'wrong', left: 4 });
  const copies = (await ledger.question(CONFIRM))?.confirm?.said?.copies ?? [];
  expect(copies).toEqual([jobId(`code ${CONFIRM}`, String(ADA.id))]);
  expect((await ledger.story(copies[0] ?? ''))?.post).toMatchObject({ chat: ADA.id, confirm: CONFIRM });
});

test.each<[string, object, string]>([
  ['away', { awayMs: 700_000 }, 'vault, which verifies codes, '],
  ['nobody', { approver: false }, 'No node verifies codes'],
])('an approver that is %s is said', async (_, vault, words) => {
  const { answer, type, sent } = await inMemory({ vault });
  await answer();
  await expect(type('123456')).rejects.toThrow(words);
  expect(await sent('vault')).toEqual([]);
});

/** Two hubs hear the same proof at the same moment, many times. */
async function race(ledger: Ledger): Promise<void> {
  const one = await setUp(ledger);
  const other = await setUp(ledger);
  await one.answer();
  await one.type('123456');
  const [order] = await one.sent('vault');
  const heard = Array.from({ length: 20 }, (_, n) =>
    (n % 2 ? one : other).found(order?.jti ?? '', { is: 'proved', token: 't' }),
  );
  await Promise.all(heard);
  expect(await one.sent('alpha')).toHaveLength(1);
}

describe('of one proof that two hubs hear there is one order', () => testWithEither(race));
