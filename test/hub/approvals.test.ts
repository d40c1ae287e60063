import { describe, expect, onTestFinished, test } from 'vitest';
import type { Operator } from '#src/hub/config.ts';
import { HubConfig } from '#src/hub/config.ts';
import type { Ledger } from '#src/ledger/port.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { ADA, BEN, CLEO, GROUP } from '../fuzz/cast.ts';
import { ask, MESSAGE, press } from '../fuzz/presses.ts';
import { ordersOf } from '../ledger/samples.ts';
import type { Rig } from './rig.ts';
import { createRig } from './rig.ts';

const DAN = 12;
const MINUTES = 60_000;
const PEOPLE: Operator[] = [
  { id: ADA, name: 'Ada', role: 'admin' },
  { id: BEN, name: 'Ben', role: 'operator' },
  { id: CLEO, name: 'Cleo', role: 'viewer' },
  { id: DAN, name: 'Dan', role: 'operator' },
];
const ONE = { proof: 'hub' as const, approvers: 1, selfApproval: false, reason: false };
const TWO = { ...ONE, approvers: 2 };
const COPY = 77;

/** A hub for these people, on a ledger that others may share. */
async function hub(ledger: Ledger, operators = PEOPLE): Promise<Rig> {
  return await createRig(ledger, { operators: HubConfig.parse({ operators }).operators });
}

function newLedger(): Ledger {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  return ledger;
}

/** Ada's question, to which she has said yes. */
async function waiting(rig: Rig, asks: typeof ONE & { by?: number[] }): Promise<string> {
  const confirm = await ask(rig, 1, asks);
  await say(rig, confirm, ADA);
  expect((await rig.ledger.question(confirm))?.confirm).toMatchObject({
    state: 'open',
    said: { yesAt: rig.clock.now },
  });
  return confirm;
}

async function say(rig: Rig, confirm: string, from: number, more: object = {}): Promise<void> {
  const message = from === ADA ? MESSAGE : COPY;
  await press(rig, { from, chat: from, message, data: `y:${confirm}`, ...more });
}

const without = (id: number) => PEOPLE.filter((one) => one.id !== id);
const asViewer = (id: number) => PEOPLE.map((one) => (one.id === id ? { ...one, role: 'viewer' as const } : one));

describe('a yes that does not count starts nothing', () => {
  type Asks = Parameters<typeof waiting>[1];
  test.each<[string, Asks, (rig: Rig, confirm: string) => Promise<unknown>]>([
    ['of the one who asked', ONE, (rig, id) => say(rig, id, ADA)],
    [
      'of the one who asked, on the message of another',
      ONE,
      (rig, id) => say(rig, id, ADA, { chat: BEN, message: COPY }),
    ],
    ['of a viewer', ONE, (rig, id) => say(rig, id, CLEO)],
    ['of a stranger', ONE, (rig, id) => say(rig, id, 99)],
    ['of a bot', ONE, (rig, id) => say(rig, id, BEN, { is_bot: true })],
    ['of somebody whom the rule of the node does not name', { ...ONE, by: [ADA, DAN] }, (rig, id) => say(rig, id, BEN)],
    ['in a chat that was not asked', ONE, (rig, id) => say(rig, id, BEN, { chat: GROUP })],
    ["on the requester's message", ONE, (rig, id) => say(rig, id, BEN, { chat: ADA, message: MESSAGE })],
    [
      'after a quarter of an hour',
      ONE,
      async (rig, id) => {
        rig.clock.now += 15 * MINUTES;
        await say(rig, id, BEN);
      },
    ],
    [
      'twice of one person where it takes two',
      TWO,
      async (rig, id) => {
        await say(rig, id, BEN);
        await say(rig, id, BEN);
      },
    ],
    [
      'after the no of another',
      ONE,
      async (rig, id) => {
        await say(rig, id, DAN, { data: `n:${id}` });
        await say(rig, id, BEN);
      },
    ],
    [
      'of an approver who was removed since',
      TWO,
      async (rig, id) => {
        await say(rig, id, BEN);
        await say(await hub(rig.ledger, without(BEN)), id, DAN);
      },
    ],
    [
      'of an approver whose role is gone since',
      TWO,
      async (rig, id) => {
        await say(rig, id, BEN);
        await say(await hub(rig.ledger, asViewer(BEN)), id, DAN);
      },
    ],
    [
      'for a requester who was removed since',
      ONE,
      async (rig, id) => say(await hub(rig.ledger, without(ADA)), id, BEN),
    ],
    ['for a requester whose role is gone', ONE, async (rig, id) => say(await hub(rig.ledger, asViewer(ADA)), id, BEN)],
    [
      'to another plan than the one that was asked with',
      ONE,
      async (rig, id) => {
        const plan = (await rig.ledger.question(id))?.jobs[0];
        const swapped = plan && { ...plan, plan: { facts: [], digest: 'e'.repeat(64) } };
        const none = { from: undefined, to: undefined, through: '0', alerts: [], posts: [], audit: [] };
        await rig.ledger.fold({ ...none, node: 'alpha', jobs: swapped ? [swapped] : [] });
        await say(rig, id, BEN);
      },
    ],
  ])('%s', async (_, asks, act) => {
    const rig = await hub(newLedger());
    const confirm = await waiting(rig, asks);
    await act(rig, confirm);
    expect(await rig.runs()).toEqual([]);
    // Only the plan was ever ordered.
    expect(await ordersOf(rig.ledger, 'alpha')).toHaveLength(1);
    expect((await rig.ledger.question(confirm))?.confirm?.state).not.toBe('yes');
  });
});

test('a yes in the last second of the quarter counts, and the order carries who said yes', async () => {
  const rig = await hub(newLedger());
  const confirm = await waiting(rig, TWO);
  await say(rig, confirm, DAN);
  rig.clock.now += 15 * MINUTES - 1;
  await say(rig, confirm, BEN);
  expect(await rig.runs()).toMatchObject([
    { operator: { id: ADA }, approvals: [{ operator: { name: 'Dan' } }, { operator: { name: 'Ben' } }] },
  ]);
});

test('fifty presses at once of several people at two hubs make one order', async () => {
  const ledger = newLedger();
  const first = await hub(ledger);
  const confirm = await ask(first, 1, TWO);
  const hubs = [first, await hub(ledger)] as const;
  const people = [ADA, BEN, DAN, CLEO, 99];
  await say(first, confirm, ADA);
  await Promise.all(
    Array.from({ length: 50 }, (_, i) => say(hubs[i % 2 ? 0 : 1], confirm, people[i % people.length] ?? ADA)),
  );
  expect(await first.runs()).toHaveLength(1);
  expect(await ordersOf(ledger, 'alpha')).toHaveLength(2);
  const audits = (await ledger.audits(99)).filter(({ decision }) => decision === 'approved');
  expect(audits).toHaveLength(2);
});

test.each([
  ['a tap has none', { ...ONE, approvers: 0 }, undefined],
  ['a second person is one', ONE, [BEN]],
  ['a yes of one’s own is one where it counts as such', { ...ONE, selfApproval: true }, [ADA]],
])('the record names approvers beside the one who asked: %s', async (_, asks, approvers) => {
  const rig = await hub(newLedger());
  const confirm = await ask(rig, 1, asks);
  await say(rig, confirm, ADA);
  if (asks === ONE) await say(rig, confirm, BEN);
  const [run] = await rig.runs();
  const entry = (await rig.ledger.audits(9)).find(({ job, decision }) => job === run?.id && /ed$/.test(decision));
  expect(entry).toBeDefined();
  expect(entry?.approvers).toEqual(approvers);
});
