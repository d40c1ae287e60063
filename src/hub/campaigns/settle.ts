import { clip } from '#src/kit/text.ts';
import type { Campaign } from '#src/ledger/campaign.ts';
import type { Job } from '#src/ledger/records.ts';
import type { CampaignKind, Ending } from './kind.ts';
import { plannedOf } from './plans.ts';

/** What is put to people once every node has said what it would do, or could not in time: who can be asked under one question, and who is left, and why; or an ending, when they are of no use. Undefined while some may still speak. */
export function settle(
  kind: CampaignKind,
  campaign: Campaign,
  jobs: readonly Job[],
  now: number,
): { campaign: Campaign; ending?: Ending } | undefined {
  const planOf = (id: string) => jobs.find((job) => job.id === id);
  const waits = (job: Job | undefined) => job !== undefined && job.state !== 'ended' && now < job.expiresAt;
  if (campaign.offers.some(({ plan }) => waits(planOf(plan)))) return undefined;
  const whys = new Map(
    campaign.offers.flatMap(({ node, plan }) => {
      const why = hindrance(planOf(plan));
      return why === undefined ? [] : [[node, clip(why, 300)] as const];
    }),
  );
  const left = [...campaign.left, ...[...whys].map(([node, because]) => ({ node, because }))];
  const fit = plannedOf(campaign, jobs).filter(({ offer }) => !whys.has(offer.node));
  const settled = kind.settle({ ...campaign, left }, fit);
  return 'title' in settled
    ? { campaign: { ...campaign, left }, ending: settled }
    : { campaign: { ...campaign, ...settled } };
}

/** Why a node cannot be asked under a question that is about several. */
function hindrance(job: Job | undefined): string | undefined {
  if (job?.state !== 'ended') return 'did not say in time what it would do';
  if (!job.plan) return job.reply?.title ?? `${job.verdict ?? 'did not say'} what it would do`;
  if (job.asks?.proof === 'stepup') return 'its policy asks for step-up codes, which hold for one node only';
}
