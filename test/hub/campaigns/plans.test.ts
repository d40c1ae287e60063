import { describe, expect, test } from 'vitest';
import { setOf, strictest } from '#src/hub/campaigns/plans.ts';
import { settle } from '#src/hub/campaigns/settle.ts';
import { unseal } from '#src/hub/campaigns/unseal/unseal.ts';
import type { Campaign } from '#src/ledger/campaign.ts';
import type { Job } from '#src/ledger/records.ts';
import type { Asks } from '#src/wire/asks.ts';
import { sampleCampaign, sampleJob, T0 } from '../../ledger/samples.ts';
import { sampleReply } from '../samples.ts';

const NODES = ['alpha', 'beta', 'gamma'];
const HUB: Asks = { proof: 'hub', approvers: 1, selfApproval: false, reason: false, by: '*' };

function planned(node: string, more: Partial<Job> = {}, to = 'main at a:8200'): Job {
  const plan = { facts: [{ label: 'To', value: to }], digest: node.padEnd(64, '0') };
  return sampleJob({ ...{ id: `plan ${node}`, kind: 'plan', node, state: 'ended', plan }, ...more });
}

function campaign(more: Partial<Campaign> = {}): Campaign {
  const offers = NODES.map((node) => ({ node, input: { vault: 'main' }, plan: `plan ${node}` }));
  return sampleCampaign({ offers, left: [], stage: 'planning', ...more });
}

const leftOf = (jobs: Job[], now = T0) => {
  const settled = settle(unseal, campaign(), jobs, now);
  return settled?.campaign.left.map(({ node, because }) => `${node}: ${because}`);
};

describe('what is put to people', () => {
  test('waits for every node that may still speak', () => {
    const silent = planned('gamma', { state: 'accepted', plan: undefined, expiresAt: T0 + 5_000 });
    const jobs = [planned('alpha'), planned('beta'), silent];
    expect(leftOf(jobs, T0 + 4_999)).toBeUndefined();
    expect(leftOf(jobs, T0 + 5_000)).toEqual(['gamma: did not say in time what it would do']);
    expect(leftOf([planned('alpha'), planned('beta')])).toEqual(['gamma: did not say in time what it would do']);
  });

  test('leaves out a node whose policy refuses, asks for a code, or that would give it elsewhere, and says so', () => {
    const refused = planned('alpha', {
      plan: undefined,
      verdict: 'refused',
      reply: sampleReply({ title: 'not to you' }),
    });
    expect(leftOf([refused, planned('beta', { asks: { ...HUB, proof: 'stepup' } }), planned('gamma')])).toEqual([
      'alpha: not to you',
      'beta: its policy asks for step-up codes, which hold for one node only',
    ]);
    expect(leftOf([planned('alpha', {}, 'main at b:8200'), planned('beta'), planned('gamma')])).toEqual([
      'alpha: would give it elsewhere: main at b:8200',
    ]);
  });

  test('is nothing at all when too few are left', () => {
    const none = settle(unseal, campaign(), [], T0);
    expect(none?.ending).toMatchObject({ tone: 'bad', title: 'no node can give its share now' });
    expect(none?.campaign.left).toHaveLength(3);
    const two = settle(unseal, campaign({ least: 3 }), [planned('alpha'), planned('beta')], T0);
    expect(two?.ending?.title).toBe('main takes 3 shares, and only alpha, beta can give one now');
    expect(settle(unseal, campaign({ least: 2 }), [planned('alpha'), planned('beta')], T0)?.ending).toBeUndefined();
  });

  test('is one set: another plan, or one less, is another set', () => {
    const asking = campaign({ stage: 'asking' });
    const jobs = NODES.map((node) => planned(node));
    const digest = setOf(asking, jobs)?.plan.digest;
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(setOf(campaign(), jobs), 'not settled yet').toBeUndefined();
    expect(setOf(asking, jobs.slice(1)), 'one is lost').toBeUndefined();
    expect(setOf({ ...asking, offers: asking.offers.slice(1) }, jobs)?.plan.digest).not.toBe(digest);
    const other = planned('beta', { plan: { facts: [], digest: '1'.repeat(64) } });
    expect(setOf(asking, [planned('alpha'), other, planned('gamma')])?.plan.digest).not.toBe(digest);
  });
});

test('what satisfies all policies is the strictest of each', () => {
  expect(strictest([])).toEqual({ proof: 'hub', approvers: 0, selfApproval: true, reason: false });
  expect(
    strictest([
      { ...HUB, approvers: 2, selfApproval: true, by: [1, 2, 3] },
      { ...HUB, reason: true, by: [2, 3, 4] },
    ]),
  ).toEqual({ proof: 'hub', approvers: 2, selfApproval: false, reason: true, by: [1, 2, 3, 4] });
  expect(strictest([{ ...HUB, by: [1] }, HUB]), 'one takes the yes of anybody').not.toHaveProperty('by');
});
