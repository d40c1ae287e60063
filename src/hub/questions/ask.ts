import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { AuditEntry, Confirm, Job, Post } from '#src/ledger/records.ts';
import type { OrderOut } from '#src/ledger/writes.ts';
import type { Input } from '#src/operation/args.ts';
import { openInput } from '#src/operation/args.ts';
import type { Card } from '#src/operation/define.ts';
import { Reply } from '#src/operation/reply.ts';
import { freshId, jobId } from '#src/wire/ids.ts';
import type { Place } from '#src/wire/order.ts';
import type { HubConfig, Operator } from '../config.ts';
import type { HubLockdown } from '../lockdown/lockdown.ts';
import type { Node } from '../nodes/fleet.ts';
import type { Orders } from '../orders.ts';
import { refusedHere } from './prod.ts';

/** How long a person has to answer a question, in ms. */
export const CONFIRM_MS = 120_000;
/** How long others have to say yes as well, in ms. */
export const APPROVE_MS = 900_000;
/** How long an order to say what it would do may take to reach its node, in s. */
export const PLAN_S = 5;
/** How long an order may take to reach its node and start, in s. */
export const ORDER_S = 60;
/** A read that answers within this time is one message and one call, in ms. */
const PATIENCE_MS = 2_000;
/** A change that was asked for longer ago is asked about again, in ms. */
export const FRESH_MS = 60_000;

/** What an operator wants, with the place where the answer belongs. */
export interface Want {
  /** The key of this intent: the message that asked, or the press. */
  intent: string;
  operator: Operator;
  chat: number;
  thread?: number | undefined;
  replyTo?: number | undefined;
  card: Card;
  nodes: readonly Node[];
  input: Input;
  /** Why, if that was typed with the command. */
  reason?: string | undefined;
  /** When the person asked, in ms since 1970. */
  askedAt: number;
  /** With what they asked; left out, with a command. */
  source?: AuditEntry['source'];
}

/** Turns what is wanted into one durable write: a read into jobs, a change into a question with its plan order. Answers with the post. Throws Problem `private` for a change that is not taken in this chat, and `locked` under a lockdown. */
export function createAsk(deps: {
  config: Pick<HubConfig, 'prodOnlyPrivate'>;
  ledger: HubLedger;
  orders: Orders;
  lockdown: Pick<HubLockdown, 'refusal'>;
  now: () => number;
}) {
  const { config, ledger, orders, lockdown, now } = deps;
  const read = async (want: Want): Promise<string> => {
    const post = freshPost(want, now());
    const asked = want.nodes.map((node) => ({ node, job: freshJob(want, 'run', node, post.id, now(), ORDER_S) }));
    const sent = await Promise.all(
      asked
        .filter(({ node }) => node.awayMs === undefined)
        .map(({ node, job }) => orders.run(node, job, want.card, { place: placeOf(want) })),
    );
    const jobs = asked.map(({ node, job }) => (node.awayMs === undefined ? job : awayJob(job, node.awayMs, now())));
    return await write({ ...post, jobs: jobs.map(({ id }) => id) }, want, jobs, sent, undefined);
  };

  const change = async (want: Want): Promise<string> => {
    const refusal = refusedHere(config, want.chat, want.nodes);
    if (refusal !== undefined) throw new Problem('private', refusal);
    const locked = await lockdown.refusal(want.nodes);
    if (locked !== undefined) throw new Problem('locked', locked);
    const post = freshPost(want, now());
    const late = now() - want.askedAt > FRESH_MS;
    const expiresAt = late ? want.askedAt : now() + CONFIRM_MS;
    const confirm = freshConfirm(want, post.id, expiresAt);
    const [node] = want.nodes;
    if (!node || late) return await write({ ...post, confirm: confirm.id, calmUntil: 0 }, want, [], [], confirm);
    const job = freshJob(want, 'plan', node, post.id, now(), PLAN_S);
    const order = await orders.plan(node, job, want.card);
    return await write(
      { ...post, confirm: confirm.id, jobs: [job.id], dueAt: job.expiresAt },
      want,
      [job],
      [order],
      confirm,
    );
  };

  const write = async (
    post: Post,
    want: Want,
    jobs: Job[],
    sent: OrderOut[],
    confirm: Confirm | undefined,
  ): Promise<string> => {
    const dueAt = post.dueAt ?? Math.max(...jobs.map((job) => job.expiresAt + 1_000), 0);
    const audit = [auditOf(want, 'asked', now())];
    const full: Post = dueAt > 0 ? { ...post, dueAt } : post;
    return (await ledger.ask({ intent: want.intent, post: full, jobs, orders: sent, confirm, audit })).post;
  };

  return (want: Want): Promise<string> => (want.card.risk === 'read' ? read(want) : change(want));
}

/** The chat, and the topic in it, where an answer belongs. */
export function placeOf({ chat, thread }: Pick<Post, 'chat' | 'thread'>): Place {
  return { chat, ...(thread === undefined ? {} : { thread }) };
}

/** A job that has only been asked for. */
export function freshJob(
  want: Pick<Want, 'intent' | 'card' | 'input'> & { operator: Job['operator'] },
  kind: Job['kind'],
  node: Pick<Node, 'name'>,
  post: string,
  now: number,
  lifeS: number,
): Job {
  return {
    id: jobId(kind === 'plan' ? `plan ${want.intent}` : want.intent, node.name),
    ...{ post, kind, node: node.name, input: want.input },
    operation: want.card.name,
    operator: { id: want.operator.id, name: want.operator.name },
    state: 'queued',
    steps: [],
    askedAt: now,
    // Whole seconds, as in the envelope of its order.
    expiresAt: Math.floor(now / 1000) * 1000 + lifeS * 1000,
  };
}

/** The audit's line about what somebody wanted. */
export function auditOf(
  {
    operator,
    chat,
    card,
    nodes,
    input,
    source = 'command',
  }: Pick<Want, 'operator' | 'chat' | 'card' | 'nodes' | 'input' | 'source'>,
  decision: string,
  at: number,
): AuditEntry {
  const node = nodes.map(({ name }) => name).join(' ');
  const shown = openInput(card.params, input);
  return {
    at,
    operator: { id: operator.id, name: operator.name },
    chat,
    node,
    operation: card.name,
    input: shown,
    decision,
    source,
  };
}

/** A message of its own that nobody has seen yet. */
export function freshPost(want: Pick<Want, 'chat' | 'thread' | 'replyTo'>, now: number): Post {
  const place = { ...placeOf(want), ...(want.replyTo === undefined ? {} : { replyTo: want.replyTo }) };
  return {
    id: freshId(),
    ...place,
    jobs: [],
    revision: 1,
    told: 0,
    notBefore: 0,
    calmUntil: now + PATIENCE_MS,
    extras: [],
    createdAt: now,
  };
}

function freshConfirm({ operator, card, nodes, input, reason }: Want, post: string, expiresAt: number): Confirm {
  const who = { id: operator.id, name: operator.name };
  return {
    ...{ id: freshId(), post, operator: who, operation: card.name, input, expiresAt, state: 'open', jobs: [] },
    ...(reason === undefined ? {} : { reason }),
    nodes: nodes.map(({ name }) => name),
    environment: nodes[0]?.environment ?? 'prod',
  };
}

/** A node that is away is told as one of the answers; nothing is queued for it. */
function awayJob(job: Job, awayMs: number, now: number): Job {
  const title = Number.isFinite(awayMs) ? `away for ${formatDuration(awayMs)}, not asked` : 'never heard of, not asked';
  return { ...job, state: 'ended', verdict: 'refused', endedAt: now, reply: Reply.parse({ tone: 'bad', title }) };
}
