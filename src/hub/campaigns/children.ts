import type { Campaign } from '#src/ledger/campaign.ts';
import type { Job, Story } from '#src/ledger/records.ts';
import { jobId } from '#src/wire/ids.ts';
import { silentFrom } from '../render/job.ts';
import type { View } from '../render/view.ts';
import type { Child } from './kind.ts';

/** The intent of the order at one position of a campaign: however often that turn is taken, it is one job. */
export function childIntent({ id }: Pick<Campaign, 'id'>, position: number): string {
  return `campaign ${id} ${position}`;
}

/** The first order of a campaign to a node, if it was the first that was asked. */
export function firstChildId(campaign: Pick<Campaign, 'id'>, node: string): string {
  return jobId(childIntent(campaign, 0), node);
}

/** The nodes that were asked, in their order. */
export function childrenOf(
  { asked }: Pick<Campaign, 'asked'>,
  jobs: Story['jobs'],
  view: Pick<View, 'now' | 'cards'>,
): Child[] {
  return asked.map(({ node, job: id }) => {
    const job = jobs.find((each) => each.id === id);
    return { node, job, silent: job === undefined || isSilent(job, view) };
  });
}

/** When a campaign has to be looked at although nobody said anything, in ms since 1970. */
export function dueOf(children: readonly Child[], view: Pick<View, 'cards'>): number | undefined {
  const open = children.filter(({ job, silent }) => job && job.state !== 'ended' && !silent);
  const dues = open.flatMap(({ job }) => (job && silentFrom(job, view)) ?? []);
  return dues.length > 0 ? Math.min(...dues) : undefined;
}

function isSilent(job: Job, view: Pick<View, 'now' | 'cards'>): boolean {
  const from = silentFrom(job, view);
  return from !== undefined && view.now >= from;
}
