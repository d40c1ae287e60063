import type { Catalog } from '#src/catalog.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Campaign } from '#src/ledger/campaign.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Confirm } from '#src/ledger/records.ts';
import type { Input } from '#src/operation/args.ts';
import { freshId } from '#src/wire/ids.ts';
import type { HubConfig } from '../config.ts';
import type { HubLockdown } from '../lockdown/lockdown.ts';
import type { Node } from '../nodes/fleet.ts';
import type { Orders } from '../orders.ts';
import type { Want } from '../questions/ask.ts';
import { auditOf, CONFIRM_MS, freshJob, freshPost, PLAN_S } from '../questions/ask.ts';
import { refusedHere } from '../questions/prod.ts';
import { KINDS } from './kinds.ts';

/** Work that somebody wants of several nodes: what each may be asked for, in this order, and who is left. */
export interface CampaignWant
  extends Pick<Want, 'intent' | 'operator' | 'chat' | 'thread' | 'replyTo' | 'reason' | 'source'> {
  kind: string;
  input: Input;
  wanted: readonly { node: Node; input: Input }[];
  left: Campaign['left'];
  least?: number | undefined;
}

/** Begins a campaign in one durable write: its post, its question, and one order to each node to say what it would do. Answers with the post. Throws Problem `private` or `locked`. */
export function createCampaignAsk(deps: {
  config: Pick<HubConfig, 'prodOnlyPrivate'>;
  catalog: Catalog;
  ledger: Pick<HubLedger, 'ask'>;
  orders: Pick<Orders, 'plan'>;
  lockdown: Pick<HubLockdown, 'refusal'>;
  now: () => number;
}): (want: CampaignWant) => Promise<string> {
  const { config, catalog, ledger, orders, lockdown, now } = deps;
  return async (want) => {
    const { kind, operator, wanted, left, least, input } = want;
    const nodes = [...new Set(wanted.map(({ node }) => node))];
    const refusal = refusedHere(config, want.chat, nodes);
    if (refusal !== undefined) throw new Problem('private', refusal);
    const locked = await lockdown.refusal(nodes);
    if (locked !== undefined) throw new Problem('locked', locked);
    const card = catalog.get(KINDS.get(kind)?.operation ?? '');
    if (!card) throw new Problem('unknown', `/${kind} is not known here any more. See /help`);
    const at = now();
    const post = freshPost(want, at);
    const who = { id: operator.id, name: operator.name };
    const jobs = wanted.map(({ node, input: asked }, i) =>
      freshJob({ intent: `${want.intent} ${i}`, card, input: asked, operator: who }, 'plan', node, post.id, at, PLAN_S),
    );
    const confirm: Confirm = {
      ...{ id: freshId(), post: post.id, operator: who, operation: card.name, state: 'open', jobs: [] },
      // What the operation itself does not know stays with the campaign.
      input: Object.fromEntries(
        Object.entries(input).filter(([name]) => card.params.some((each) => each.name === name)),
      ),
      ...(want.reason === undefined ? {} : { reason: want.reason }),
      nodes: nodes.map(({ name }) => name),
      environment:
        nodes.find(({ environment }) => environment === 'prod')?.environment ?? nodes[0]?.environment ?? 'prod',
      expiresAt: at + CONFIRM_MS,
    };
    const campaign: Campaign = {
      ...{ id: freshId(), post: post.id, confirm: confirm.id, kind, operator: who, input, turn: 1, stage: 'planning' },
      offers: wanted.map(({ node, input: asked }, i) => ({ node: node.name, input: asked, plan: jobs[i]?.id ?? '' })),
      ...{ left, least, asked: [], createdAt: at },
    };
    const sent = await Promise.all(
      wanted.flatMap(({ node }, i) => {
        const job = jobs[i];
        return job ? [orders.plan(node, job, card)] : [];
      }),
    );
    const { post: id } = await ledger.ask({
      intent: want.intent,
      post: {
        ...{ ...post, jobs: jobs.map((job) => job.id), confirm: confirm.id, campaign: campaign.id },
        dueAt: Math.max(...jobs.map(({ expiresAt }) => expiresAt)),
      },
      ...{ jobs, orders: sent, confirm, campaign },
      audit: [auditOf({ ...want, card, nodes, input: confirm.input }, 'asked', at)],
    });
    return id;
  };
}
