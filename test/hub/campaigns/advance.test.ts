import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createCatalog, loadCatalog } from '#src/catalog.ts';
import { createAdvance } from '#src/hub/campaigns/advance.ts';
import { createOrderChild } from '#src/hub/campaigns/order.ts';
import { setOf } from '#src/hub/campaigns/plans.ts';
import { stopCampaign } from '#src/hub/campaigns/stop.ts';
import type { Members } from '#src/hub/nodes/roster.ts';
import type { Bound } from '#src/hub/orders.ts';
import type { Campaign } from '#src/ledger/campaign.ts';
import type { Ledger } from '#src/ledger/port.ts';
import type { Confirm, Job } from '#src/ledger/records.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { shareFacts } from '#src/operation/vaultShare.ts';
import {
  ADA,
  ordersOf,
  sampleCampaign,
  sampleConfirm,
  sampleFold,
  sampleJob,
  samplePost,
  T0,
} from '../../ledger/samples.ts';
import { OPERATORS, sampleNode, sampleReply } from '../samples.ts';

const NODES = ['alpha', 'beta', 'gamma'];
const BEN = { id: 8, name: 'Ben' };
const OFFERS = NODES.map((node) => ({ node, input: { vault: 'main' }, plan: `plan ${node}` }));
const PLANS = NODES.map((node) =>
  sampleJob({
    ...{ id: `plan ${node}`, kind: 'plan', node, operation: 'vault_share', state: 'ended', input: { vault: 'main' } },
    plan: { facts: [{ label: 'To', value: 'main' }], digest: node.padEnd(64, '0') },
  }),
);

/** A campaign in a ledger, and hubs that take it further; the clock stands still until it is moved. */
async function setUp(campaign: Partial<Campaign> = {}, confirm: Partial<Confirm> = {}) {
  const ledger = createSqliteLedger({ file: ':memory:' });
  onTestFinished(() => ledger.close());
  const operations = [...(await loadCatalog()).values()];
  const catalog = createCatalog(operations.map((operation) => ({ file: `${operation.name}.ts`, operation })));
  const world = { now: T0, operators: OPERATORS, locked: undefined as string | undefined, gone: '', drained: '' };
  const bound: Bound[] = [];
  const { key } = sampleNode();
  const members = (): Members =>
    new Map(
      NODES.filter((name) => name !== world.gone).map((name) => [
        name,
        { key, labels: {}, drained: name === world.drained, enrolled: false },
      ]),
    );
  const hub = (on: Ledger = ledger) => {
    const config = {
      get operators() {
        return world.operators;
      },
    };
    const now = () => world.now;
    const run = async ({ name }: { name: string }, job: Job, _: unknown, more: Bound) => {
      bound.push(more);
      return { node: name, job: job.id, token: `order of ${name}` };
    };
    const advance = createAdvance({
      ...{ config, catalog, ledger: on, now, log: pino({ level: 'silent' }) },
      roster: { members: async () => members() },
      lockdown: { refusal: async () => world.locked },
      order: createOrderChild({ config, catalog, now, orders: { run } }),
    });
    return async () => await advance(await on.campaigns(9));
  };
  const full = sampleCampaign({ offers: OFFERS, left: [], stage: 'asking', ...campaign });
  const plan = setOf(full, PLANS)?.plan.digest ?? '';
  const said = { turn: 2, yesAt: T0, wrong: 0, typed: [], copies: [] };
  const approvals = [ADA, BEN].map((operator) => ({ operator, plan, at: T0 }));
  await ledger.ask({
    intent: 'intent 1',
    post: samplePost({ confirm: 'c1', campaign: 'g1', jobs: PLANS.map(({ id }) => id) }),
    jobs: PLANS,
    orders: [],
    confirm: sampleConfirm({
      ...{
        operation: 'vault_share',
        nodes: NODES,
        input: { vault: 'main' },
        state: 'yes',
        said: { ...said, approvals },
      },
      ...confirm,
    }),
    campaign: full,
    audit: [],
  });
  const story = async () => {
    const found = await ledger.story('p1');
    if (!found?.campaign) throw new Error('there is no campaign');
    return { ...found, campaign: found.campaign };
  };
  return {
    ...{ ledger, world, bound, hub, story },
    runs: async () => (await story()).jobs.filter(({ kind }) => kind === 'run'),
    /** The last node that was asked gives its share. */
    async gives(progress: number) {
      const job = (await story()).jobs.at(-1) ?? sampleJob();
      const seal = { sealed: progress < 3, progress, threshold: 3, shares: 5, attempt: '1f0c2a9b' };
      const reply = sampleReply({ facts: shareFacts({ outcome: progress < 3 ? 'counted' : 'opened', seal }) });
      const ended: Job = { ...job, state: 'ended', verdict: 'done', reply };
      await ledger.append(job.node, ['verdict']);
      const [stream] = await ledger.unfolded([job.node], 9);
      await ledger.fold({
        ...sampleFold(stream?.events[0]?.position ?? ''),
        node: job.node,
        from: stream?.cursor,
        jobs: [ended],
      });
    },
  };
}

describe('a campaign', () => {
  test('asks node after node once it has its yeses, each bound to its own plan, and ends', async () => {
    const { ledger, hub, bound, gives, runs, story } = await setUp();
    const round = hub();
    for (const progress of [1, 2, 3]) {
      expect(await round()).toBe(true);
      expect(await round(), 'while it waits').toBe(false);
      await gives(progress);
    }
    expect(await round()).toBe(true);
    expect(await round()).toBe(false);
    expect((await story()).campaign).toMatchObject({ stage: 'over', ending: { tone: 'ok', title: 'main is open' } });
    expect((await runs()).map(({ node, input }) => `${node} ${input['attempt']}`)).toEqual([
      'alpha none',
      'beta 1f0c2a9b',
      'gamma 1f0c2a9b',
    ]);
    expect(bound.map(({ plan }) => plan?.replace(/0+$/, ''))).toEqual(NODES);
    expect(bound.map(({ approvals }) => approvals?.map((one) => [one.operator, one.plan.replace(/0+$/, '')]))).toEqual(
      NODES.map((node) => [ADA, BEN].map(({ id }) => [id, node])),
    );
    expect(await ordersOf(ledger, 'alpha')).toHaveLength(1);
  });

  test('is taken further by one of several hubs at once', async () => {
    const { ledger, hub, gives, runs } = await setUp();
    for (const progress of [1, 2, 3]) {
      const went = await Promise.all([hub()(), hub()(), hub()()]);
      expect(went.filter(Boolean)).toHaveLength(1);
      await gives(progress);
    }
    expect((await runs()).map(({ node }) => node)).toEqual(NODES);
    for (const node of NODES) expect(await ordersOf(ledger, node)).toHaveLength(1);
  });

  test('makes the same job when a turn is taken from an older record', async () => {
    const { ledger, hub, runs } = await setUp();
    const old = await ledger.campaigns(9);
    await hub()();
    const again = await setUp();
    await again.hub({ ...again.ledger, campaigns: async () => old })();
    expect((await again.runs()).map(({ id }) => id)).toEqual((await runs()).map(({ id }) => id));
  });

  test('goes to the next node when one is silent for too long, and looks again at that time by itself', async () => {
    const { hub, world, runs, story } = await setUp();
    await hub()();
    const due = (await story()).post.dueAt ?? 0;
    world.now = due - 1;
    expect(await hub()()).toBe(false);
    world.now = due;
    expect(await hub()()).toBe(true);
    expect((await runs()).map(({ node, input }) => `${node} ${input['attempt']}`)).toEqual([
      'alpha none',
      'beta undefined',
    ]);
  });

  test('ends as not begun when its question expires, but not before a late yes could be here', async () => {
    const { hub, world, story, ledger } = await setUp({}, { state: 'open', said: undefined, expiresAt: T0 + 1_000 });
    world.now = T0 + 60_999;
    expect(await hub()()).toBe(false);
    world.now = T0 + 61_000;
    expect(await hub()()).toBe(true);
    const { campaign } = await story();
    expect(campaign).toMatchObject({ stage: 'over', asked: [] });
    expect(campaign.ending).toBeUndefined();
    expect(await ledger.campaigns(9)).toEqual([]);
  });

  test.for([
    ['somebody said no', { state: 'no' as const }, undefined],
    ['its question is lost', undefined, 'how far this had come is lost'],
  ] as const)('asks nobody when %s', async ([, confirm, title]) => {
    const { hub, story, ledger, runs } = await setUp({}, confirm ?? {});
    const lost = { ...ledger, campaigns: async () => [{ ...(await story()), confirm: undefined }] };
    expect(await hub(confirm ? ledger : lost)()).toBe(true);
    expect((await story()).campaign.ending?.title).toBe(title);
    expect(await runs()).toEqual([]);
  });

  test('passes a node that left the list or is drained, and says so', async () => {
    const { hub, world, runs, story } = await setUp();
    Object.assign(world, { gone: 'alpha', drained: 'beta' });
    for (const _ of NODES) await hub()();
    expect((await runs()).map(({ node }) => node)).toEqual(['gamma']);
    expect((await story()).campaign.left).toEqual([
      { node: 'alpha', because: 'is no longer on the list' },
      { node: 'beta', because: 'is drained' },
    ]);
  });

  test('ends between two nodes when all changes are stopped, or who asked may not any more', async () => {
    for (const change of [{ locked: 'Nothing is changed now.' }, { operators: [] }]) {
      const { hub, world, gives, runs, story } = await setUp();
      await hub()();
      await gives(1);
      Object.assign(world, change);
      expect(await hub()()).toBe(true);
      expect((await story()).campaign.ending?.title).toMatch(/^Nothing is changed now|^Ada, who asked, may not/);
      expect(await runs()).toHaveLength(1);
    }
  });

  test('is stopped once, by whoever says so first, and by nobody when it is over', async () => {
    const { hub, ledger, story, gives, runs } = await setUp();
    await hub()();
    const deps = { ledger, now: () => T0 };
    const words = await Promise.all([OPERATORS[0], OPERATORS[1]].map((by) => by && stopCampaign(deps, 'p1', by, 7)));
    expect(words).toEqual([
      expect.stringContaining('No other node is asked'),
      expect.stringContaining('No other node'),
    ]);
    expect((await story()).campaign.stopped?.operator).toEqual(ADA);
    await gives(1);
    await hub()();
    expect((await story()).campaign.ending?.title).toBe('stopped by Ada: main has 1 of 3 shares');
    expect(await runs()).toHaveLength(1);
    expect(await stopCampaign(deps, 'p1', { ...ADA, role: 'admin' }, 7)).toBeUndefined();
  });
});
