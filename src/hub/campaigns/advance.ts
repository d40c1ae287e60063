import type { Logger } from 'pino';
import type { Catalog } from '#src/catalog.ts';
import { Problem } from '#src/kit/problem.ts';
import { clip } from '#src/kit/text.ts';
import type { Campaign } from '#src/ledger/campaign.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Story } from '#src/ledger/records.ts';
import type { Advance } from '#src/ledger/writes.ts';
import type { Role } from '#src/operation/risk.ts';
import { covers } from '#src/operation/risk.ts';
import type { HubConfig } from '../config.ts';
import type { HubLockdown } from '../lockdown/lockdown.ts';
import type { Roster } from '../nodes/roster.ts';
import { questionOf, releasedOf } from '../questions/needs.ts';
import type { View } from '../render/view.ts';
import { childrenOf } from './children.ts';
import type { CampaignKind, CampaignStory, Ending } from './kind.ts';
import { KINDS } from './kinds.ts';
import type { OrderChild } from './order.ts';
import { settle } from './settle.ts';

/** A yes may be on its way from another hub when a question expires here, in ms. */
const GRACE_MS = 60_000;

/** Takes each open campaign as far as it goes now; answers whether any went on. Of several hubs one takes each turn. */
export function createAdvance(deps: {
  config: Pick<HubConfig, 'operators'>;
  catalog: Catalog;
  ledger: Pick<HubLedger, 'advance'>;
  roster: Pick<Roster, 'members'>;
  lockdown: Pick<HubLockdown, 'refusal'>;
  order: OrderChild;
  now: () => number;
  log: Logger;
}): (open: readonly Story[]) => Promise<boolean> {
  const { config, catalog, ledger, roster, lockdown, order, now, log } = deps;
  const view = (): Pick<View, 'now' | 'cards'> => ({ now: now(), cards: catalog });

  const write = async (to: Campaign, more: Partial<Advance> = {}): Promise<boolean> =>
    await ledger.advance({ campaign: { ...to, turn: to.turn + 1 }, jobs: [], orders: [], audit: [], ...more });
  const end = async (campaign: Campaign, { tone, title, next }: Ending): Promise<boolean> => {
    const ending = {
      tone,
      title: clip(title, 300),
      ...(next === undefined ? {} : { next: clip(next, 400) }),
      at: now(),
    };
    const { kind: operation, operator, input } = campaign;
    const audit = [{ at: now(), operator, operation, input, decision: 'campaign over', because: ending.title }];
    return await write({ ...campaign, stage: 'over', ending }, { audit });
  };

  /** Why nobody may be asked for anything any more. */
  const refusal = async ({ operator }: Campaign, role: Role, node: string) => {
    const asker = config.operators.find(({ id }) => id === operator.id);
    if (!asker || !covers(asker.role, role)) return `${operator.name}, who asked, may not do this any more`;
    return await lockdown.refusal([{ name: node }]);
  };
  const run = async (story: CampaignStory, kind: CampaignKind): Promise<boolean> => {
    const campaign: Campaign = { ...story.campaign, stage: 'running' };
    const move = kind.next(campaign, childrenOf(campaign, story.jobs, view()));
    if (move.kind === 'wait') return false;
    if (move.kind === 'end') return await end(campaign, move.ending);
    const { node } = move.offer;
    const card = catalog.get(kind.operation);
    const why = await refusal(campaign, card?.role ?? 'admin', node);
    if (why !== undefined) return await end(campaign, { tone: 'bad', title: why });
    const member = (await roster.members()).get(node);
    if (!member) return await write(leaving(campaign, node, 'is no longer on the list'));
    if (member.drained) return await write(leaving(campaign, node, 'is drained'));
    const child = await order({ ...story, campaign }, move.offer, { name: node, key: member.key }, move.guards);
    if (!child) return await end(campaign, LOST);
    const asked = [...campaign.asked, { node, job: child.job.id }];
    return await write({ ...campaign, asked }, child);
  };

  const plan = async ({ campaign, confirm, jobs }: CampaignStory, kind: CampaignKind): Promise<boolean> => {
    if (confirm?.state === 'no') return await write({ ...campaign, stage: 'over' });
    const settled = settle(kind, campaign, jobs, now());
    if (!settled) return false;
    if (settled.ending) return await end(settled.campaign, settled.ending);
    return await write({ ...settled.campaign, stage: 'asking' });
  };

  /** Who is not asked, since nobody whose yes that node takes has said yes. */
  const released = (story: CampaignStory): Campaign => {
    const { campaign } = story;
    const question = questionOf(story, catalog, config.operators);
    if (!question) return campaign;
    const free = new Set(releasedOf(question));
    const nodes = new Set(campaign.offers.map(({ node }) => node).filter((node) => !free.has(node)));
    const because = 'nobody whose yes it takes has said yes';
    return { ...campaign, left: [...campaign.left, ...[...nodes].map((node) => ({ node, because }))] };
  };

  const step = async (story: CampaignStory): Promise<boolean> => {
    const { campaign, confirm } = story;
    const kind = KINDS.get(campaign.kind);
    // A hub of another release may know it.
    if (!kind) return false;
    if (!confirm || !catalog.has(kind.operation)) return await end(campaign, LOST);
    switch (campaign.stage) {
      case 'planning':
        return await plan(story, kind);
      case 'asking':
        if (confirm.state === 'yes') return await run({ ...story, campaign: released(story) }, kind);
        if (confirm.state === 'open' && now() < confirm.expiresAt + GRACE_MS) return false;
        return await write({ ...campaign, stage: 'over' });
      case 'running':
        return await run(story, kind);
      case 'over':
        return false;
      default:
        return campaign.stage satisfies never;
    }
  };

  return async (open) => {
    const went = await Promise.all(
      open.map(async (story) => {
        if (!story.campaign || story.campaign.post !== story.post.id) return false;
        return await step({ ...story, campaign: story.campaign }).catch((err: unknown) => {
          // Who cannot write now tries the whole round again, and soon.
          if (err instanceof Problem && err.code === 'ledger') throw err;
          log.error({ err, campaign: story.campaign?.id }, 'campaign does not go on');
          return false;
        });
      }),
    );
    return went.includes(true);
  };
}

const LOST: Ending = {
  tone: 'bad',
  title: 'how far this had come is lost',
  next: 'Look at what it was about, then ask again. See /jobs',
};

/** What was offered stays as it is: that is what people have said yes to. */
function leaving(campaign: Campaign, node: string, because: string): Campaign {
  return { ...campaign, left: [...campaign.left, { node, because }] };
}
