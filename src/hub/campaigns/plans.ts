import { createHash } from 'node:crypto';
import type { Campaign } from '#src/ledger/campaign.ts';
import type { Job } from '#src/ledger/records.ts';
import type { Asks } from '#src/wire/asks.ts';

/** A job that planned something. */
export type PlanJob = Job & { plan: NonNullable<Job['plan']> };

/** What a node may be asked to do, with its own word of what that would be. */
export interface Planned {
  offer: Campaign['offers'][number];
  job: PlanJob;
}

/** The plans of what a campaign offers, in its order; those that were lost are left out. */
export function plannedOf({ offers }: Pick<Campaign, 'offers'>, jobs: readonly Job[]): Planned[] {
  return offers.flatMap((offer) => {
    const job = jobs.find(({ id }) => id === offer.plan);
    return job?.plan ? [{ offer, job: { ...job, plan: job.plan } }] : [];
  });
}

/** All plans of a campaign as one, for one question: a yes to it is a yes to each of them, and to no other set. Undefined while they are not settled, or when one is lost. */
export function setOf(campaign: Campaign, jobs: readonly Job[]): PlanJob | undefined {
  const planned = plannedOf(campaign, jobs);
  const [first] = planned;
  if (!first || campaign.stage === 'planning' || planned.length < campaign.offers.length) return undefined;
  const nodes = [...new Set(planned.map(({ offer }) => offer.node))];
  const digests = planned.map(({ offer, job }) => [offer.node, job.plan.digest]);
  const digest = createHash('sha256').update(JSON.stringify(digests)).digest('hex');
  return {
    ...first.job,
    node: nodes.join(', '),
    plan: { facts: [], digest },
    asks: strictest(planned.map(({ job }) => job.asks ?? NOTHING)),
  };
}

/** The strictest that some policies ask for together. `by` are all whose yes one of them takes: which node it releases is looked at node by node. */
export function strictest(all: readonly Asks[]): Asks {
  const lists = all.flatMap(({ by }) => (Array.isArray(by) ? [by] : []));
  const by = lists.length > 0 && lists.length === all.length ? [...new Set(lists.flat())] : undefined;
  return {
    proof: all.some(({ proof }) => proof === 'stepup') ? 'stepup' : 'hub',
    approvers: Math.max(0, ...all.map(({ approvers }) => approvers)),
    selfApproval: all.every(({ selfApproval }) => selfApproval),
    reason: all.some(({ reason }) => reason),
    ...(by ? { by } : {}),
  };
}

const NOTHING: Asks = { proof: 'hub', approvers: 0, selfApproval: false, reason: false };
