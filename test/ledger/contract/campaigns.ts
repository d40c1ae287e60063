import { expect, test } from 'vitest';
import type { Open } from '../contract.ts';
import {
  ordersOf,
  sampleAdvance,
  sampleAudit,
  sampleCampaign,
  sampleConfirm,
  sampleJob,
  sampleQuestion,
  T0,
  tell,
  tokensOf,
} from '../samples.ts';

/** A question of a campaign. */
const begun = (more: Parameters<typeof sampleCampaign>[0] = {}, post: Parameters<typeof sampleQuestion>[0] = {}) => ({
  ...sampleQuestion({ campaign: 'g1', ...post }),
  campaign: sampleCampaign(more),
});

/** Work of several nodes, which goes on turn by turn. */
export function testCampaigns(open: Open): void {
  test('comes into the ledger with its question, and is told with it', async () => {
    const { ledger, other } = await open();
    const ask = begun();
    expect(await ledger.campaigns(9)).toEqual([]);
    await ledger.ask(ask);
    const story = { post: ask.post, jobs: [], confirm: sampleConfirm(), campaign: ask.campaign };
    expect(await other.story('p1')).toEqual(story);
    expect(await other.question('c1')).toEqual(story);
    expect(await other.campaigns(9)).toEqual([story]);
    expect((await other.lease('p1', { by: 'x', now: T0, until: T0 + 1 }))?.campaign).toEqual(ask.campaign);
    expect(await ledger.ask(begun({ turn: 7 }))).toEqual({ fresh: false, post: 'p1' });
    expect((await ledger.story('p1'))?.campaign?.turn).toBe(1);
  });

  test('takes its next turn with job, order and audit, and marks its post', async () => {
    const { ledger } = await open();
    const ask = begun({}, { dueAt: T0 + 1 });
    await ledger.ask(ask);
    await tell(ledger, { post: 'p1', message: 55 });
    const write = sampleAdvance();
    expect(await ledger.advance(write)).toBe(true);
    expect(await ledger.story('p1')).toMatchObject({
      post: { jobs: ['j1'], revision: 2, told: 1, message: 55, dueAt: T0 + 121_000 },
      jobs: [sampleJob()],
      campaign: write.campaign,
    });
    expect(tokensOf(await ordersOf(ledger, 'alpha'))).toEqual(['order j1']);
    expect(await ledger.audits(9)).toEqual(write.audit);
    expect(await ledger.untold(T0 + 9_000)).toEqual(['p1']);
    const end = sampleAdvance({ turn: 3, stage: 'over', ending: { tone: 'ok', title: 'ü 🦉', next: 'x', at: T0 } });
    expect(await ledger.advance({ ...end, jobs: [], orders: [], dueAt: undefined })).toBe(true);
    expect((await ledger.story('p1'))?.campaign).toEqual(end.campaign);
    expect((await ledger.story('p1'))?.post.dueAt).toBeUndefined();
    expect(await ledger.campaigns(9)).toEqual([]);
  });

  test('takes each turn once, whoever comes with it', async () => {
    const { ledger, other } = await open();
    await ledger.ask(begun());
    const taken = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        (i % 2 ? ledger : other).advance(sampleAdvance({}, { id: `j${i}`, node: i % 3 ? 'alpha' : 'beta' })),
      ),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
    const mine = `j${taken.indexOf(true)}`;
    expect((await ledger.story('p1'))?.post.jobs).toEqual([mine]);
    const orders = [...(await ordersOf(ledger, 'alpha')), ...(await ordersOf(ledger, 'beta'))];
    expect(tokensOf(orders)).toEqual([`order ${mine}`]);
    expect(await ledger.audits(9)).toHaveLength(1);
    expect(await ledger.advance(sampleAdvance({ turn: 4 }, { id: 'j9' })), 'a turn that is left out').toBe(false);
  });

  test('takes no turn of what is not there', async () => {
    const { ledger } = await open();
    expect(await ledger.advance(sampleAdvance({ turn: 1 }))).toBe(false);
    await ledger.ask(sampleQuestion());
    expect(await ledger.advance(sampleAdvance())).toBe(false);
    expect(await ordersOf(ledger, 'alpha')).toEqual([]);
    expect(await ledger.jobs({ limit: 9 })).toEqual([]);
    expect(await ledger.audits(9)).toEqual([]);
  });

  test('tells the oldest first, and no more than asked for', async () => {
    const { ledger } = await open();
    for (const i of [3, 1, 2])
      await ledger.ask({
        ...begun({ id: `g${i}`, post: `p${i}`, createdAt: T0 + i }, { id: `p${i}`, campaign: `g${i}` }),
        ...{ intent: `i${i}`, confirm: undefined, audit: [sampleAudit()] },
      });
    expect((await ledger.campaigns(2)).map(({ campaign }) => campaign?.id)).toEqual(['g1', 'g2']);
  });

  test('is forgotten with its post', async () => {
    const { ledger } = await open();
    await ledger.ask(begun());
    await ledger.trim({ ordersBefore: 0, recordsBefore: T0 + 1 });
    expect(await ledger.campaigns(9)).toEqual([]);
    expect(await ledger.advance(sampleAdvance())).toBe(false);
    await ledger.ask({ ...begun(), intent: 'once more' });
    expect((await ledger.campaigns(9)).map(({ campaign }) => campaign?.turn)).toEqual([1]);
  });
}
