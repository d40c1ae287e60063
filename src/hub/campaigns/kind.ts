import type { Campaign } from '#src/ledger/campaign.ts';
import type { Job, Story } from '#src/ledger/records.ts';
import type { Input } from '#src/operation/args.ts';
import type { Planned } from './plans.ts';

/** A story that is about a campaign. */
export type CampaignStory = Story & { campaign: Campaign };
/** One thing that a node may be asked to do. */
export type Offer = Campaign['offers'][number];
/** How a campaign ended, in words. */
export type Ending = Omit<NonNullable<Campaign['ending']>, 'at'>;

/** A node that was asked, with what it has said until now. */
export interface Child {
  node: string;
  /** Undefined: the ledger has lost it. */
  job: Job | undefined;
  /** Nothing was heard for so long that nothing more is waited for; it may speak all the same. */
  silent: boolean;
}

/** What comes next: wait for the one that was asked last, ask one more (with guards beside what was planned), or end. */
export type Move = { kind: 'wait' } | { kind: 'ask'; offer: Offer; guards: Input } | { kind: 'end'; ending: Ending };

/** One kind of work of several nodes. All of it is pure: what it decides comes from the record and what the nodes have said. */
export interface CampaignKind {
  /** The command that begins it. */
  name: string;
  /** The operation that each node is asked for. */
  operation: string;
  /** What people say yes to. */
  question(campaign: Campaign): string;
  /** What it is, while it runs. */
  title(campaign: Campaign, children: readonly Child[]): string;
  /** Which of the plans that nodes have made hold together; the others are left, with the reason. An ending: they are of no use. */
  settle(campaign: Campaign, planned: readonly Planned[]): Pick<Campaign, 'offers' | 'left'> | Ending;
  next(campaign: Campaign, children: readonly Child[]): Move;
}
