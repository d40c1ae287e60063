import type { Catalog } from '#src/catalog.ts';
import type { Job } from '#src/ledger/records.ts';
import type { Advance } from '#src/ledger/writes.ts';
import type { Input } from '#src/operation/args.ts';
import { openInput } from '#src/operation/args.ts';
import type { PublicKey } from '#src/wire/keys.ts';
import type { HubConfig } from '../config.ts';
import type { Orders } from '../orders.ts';
import { freshJob, ORDER_S, placeOf } from '../questions/ask.ts';
import { approverIds, countedOf, questionOf, reasonOf } from '../questions/needs.ts';
import { childIntent } from './children.ts';
import type { CampaignStory, Offer } from './kind.ts';
import { plannedOf } from './plans.ts';

/** What asks one node of a campaign, ready to be written with its turn. */
export type OrderChild = (
  story: CampaignStory,
  offer: Offer,
  node: { name: string; key: PublicKey },
  guards: Input,
) => Promise<(Pick<Advance, 'jobs' | 'orders' | 'audit' | 'dueAt'> & { job: Job }) | undefined>;

/** Makes the job and order of one node, bound to that node's own plan: whoever said yes to the set of plans said yes to it. Undefined when its plan or the question is lost. */
export function createOrderChild(deps: {
  config: Pick<HubConfig, 'operators'>;
  catalog: Catalog;
  orders: Pick<Orders, 'run'>;
  now: () => number;
}): OrderChild {
  const { config, catalog, orders, now } = deps;
  return async (story, offer, node, guards) => {
    const { campaign, post } = story;
    const question = questionOf(story, catalog, config.operators);
    const plan = plannedOf(campaign, story.jobs).find((each) => each.offer.plan === offer.plan)?.job.plan.digest;
    if (!question || plan === undefined) return undefined;
    const { confirm, card } = question;
    const reason = reasonOf(confirm);
    const want = {
      intent: childIntent(campaign, campaign.asked.length),
      ...{ operator: campaign.operator, card, input: { ...offer.input, ...guards } },
    };
    const job: Job = {
      ...freshJob(want, 'run', node, post.id, now(), ORDER_S),
      ...(reason === undefined ? {} : { reason }),
      approvals: countedOf(question),
    };
    const said = (confirm.said?.approvals ?? []).filter((one) => one.plan === question.plan.plan.digest);
    const approvals = said.map(({ operator: { id }, at }) => ({ operator: id, plan, at }));
    const { operator, input } = want;
    return {
      job,
      jobs: [job],
      orders: [await orders.run(node, job, card, { place: placeOf(post), plan, confirm: confirm.id, approvals })],
      dueAt: job.expiresAt + 1_000,
      audit: [
        {
          ...{ at: now(), operator, chat: post.chat, node: node.name, operation: card.name },
          input: openInput(card.params, input),
          ...{ decision: 'ordered', job: job.id, ...approverIds(question) },
        },
      ],
    };
  };
}
