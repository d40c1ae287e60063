import { z } from 'zod';
import { Input } from '#src/operation/args.ts';
import { Plan } from '#src/operation/plan.ts';
import { MAX_BUTTONS, Reply, ReplyButton } from '#src/operation/reply.ts';
import { StepState } from '#src/operation/steps.ts';
import { Finding, Verdict } from '#src/operation/verdict.ts';
import { Asks } from '#src/wire/asks.ts';
import { MAX_PROOF } from '#src/wire/proof.ts';
import type { Campaign } from './campaign.ts';

const id = z.string().max(60);
/** ms since 1970 by the hub's clock. */
const time = z.number().int();
const operator = z.strictObject({ id: z.number().int(), name: z.string() });

/** One person's yes to the plan with this digest. */
export const Approval = z.strictObject({ operator, plan: z.string().length(64), at: time });
export type Approval = z.infer<typeof Approval>;

/** The life of one order as the chat sees it. Only the fold of its node's events changes it after it was asked. */
export const Job = z.strictObject({
  id,
  post: id,
  kind: z.enum(['plan', 'run']),
  node: z.string(),
  operation: z.string(),
  input: Input,
  operator,
  state: z.enum(['queued', 'accepted', 'unknown', 'ended']),
  steps: z.array(StepState).default([]),
  note: z.string().optional(),
  plan: Plan.optional(),
  /** What the node's policy asks for before it carries the plan out. */
  asks: Asks.optional(),
  verdict: Verdict.optional(),
  reply: Reply.optional(),
  tookMs: z.number().optional(),
  /** What somebody who had it looked at again was told last; the verdict stays. */
  found: z.strictObject({ verdict: Finding, because: z.string(), at: time }).optional(),
  askedAt: time,
  reason: z.string().min(1).max(200).optional(),
  /** Who said yes to it, when more than one yes was asked for. */
  approvals: z.array(Approval).max(8).optional(),
  /** After this time it can no longer start on its node. */
  expiresAt: time,
  acceptedAt: time.optional(),
  endedAt: time.optional(),
});
export type Job = z.infer<typeof Job>;

/** How far somebody is with proving that they are there. Their code is nowhere. */
export const Proving = z.strictObject({
  /** Numeric Telegram id. */
  operator: z.number().int(),
  /** The order that carried their last code, and to whom. */
  order: id,
  approver: z.string(),
  at: time,
  /** What came of it; absent while nothing was heard. */
  found: z.enum(['proved', 'wrong', 'used', 'locked', 'unknown', 'late']).optional(),
  /** Tries that are left. */
  left: z.number().int().optional(),
  /** The approver's proof, for the node alone. */
  token: z.string().max(MAX_PROOF).optional(),
});
export type Proving = z.infer<typeof Proving>;

/** What people have said to a question until now. Each answer that is taken writes it whole. */
export const Said = z.strictObject({
  /** So many answers were taken: an answer that was judged by an older state is not taken. */
  turn: z.number().int(),
  /** When the one who asks said yes; more may be asked of them and of others. */
  yesAt: time.optional(),
  reason: z.string().min(1).max(200).optional(),
  /** The name that was asked for was typed. */
  named: z.literal(true).optional(),
  /** Other names that were typed. */
  wrong: z.number().int().default(0),
  /** Messages that were taken as answers, so that one that is delivered twice counts once. */
  typed: z.array(z.number().int()).max(20).default([]),
  approvals: z.array(Approval).max(8).default([]),
  proving: z.array(Proving).max(8).optional(),
  /** Posts of the same question in the private chats of those who may approve. */
  copies: z.array(id).max(20).default([]),
  /** Who ended it without a yes, and why if it was not their will. */
  ended: z.strictObject({ operator, at: time, because: z.string().optional() }).optional(),
});
export type Said = z.infer<typeof Said>;

/** A question that waits for a yes: works once, in one chat, on one message, for the one who asked and those who may approve. */
export const Confirm = z.strictObject({
  id,
  post: id,
  operator,
  operation: z.string(),
  nodes: z.array(z.string()),
  /** The environment of its node when it was asked. */
  environment: z.enum(['prod', 'stage', 'dev']),
  input: Input,
  /** Why it is asked for, if that was typed with the command. */
  reason: z.string().min(1).max(200).optional(),
  expiresAt: time,
  state: z.enum(['open', 'yes', 'no']),
  said: Said.optional(),
  /** The jobs that the yes became. */
  jobs: z.array(id).default([]),
});
export type Confirm = z.infer<typeof Confirm>;

/** One Telegram message that the hub keeps true. It is told when `told` has reached `revision`. */
export const Post = z.strictObject({
  id,
  chat: z.number().int(),
  thread: z.number().int().optional(),
  /** The message that asked. */
  replyTo: z.number().int().optional(),
  /** Telegram's id of this post's message, once known. */
  message: z.number().int().optional(),
  jobs: z.array(id),
  confirm: id.optional(),
  /** What went wrong by itself, when that is what the message is about. */
  alert: id.optional(),
  /** The work of several nodes that it tells of. */
  campaign: id.optional(),
  revision: z.number().int(),
  told: z.number().int(),
  /** Telegram does not want to hear of it before this time (429). */
  notBefore: time.default(0),
  /** Until this time only the end of all its jobs is worth telling: coalesced edits, the first moments of a read. */
  calmUntil: time.default(0),
  /** When the post has to be looked at again although no event came: a question expires, a job stays unanswered. */
  dueAt: time.optional(),
  /** Somebody says that it is settled. */
  resolved: z.strictObject({ operator, at: time }).optional(),
  /** Messages sent beside it, each once: the file with long output, the lines that ring the phone at the end, when it got worse, when a silence ends over it, when nobody has it for long, and what has to be typed or said by somebody else. */
  extras: z
    .array(
      z.union([
        z.enum(['file', 'ring', 'worse', 'still', 'reason', 'name', 'second']),
        z.templateLiteral(['again', z.number().int().positive()]),
      ]),
    )
    .default([]),
  createdAt: time,
});
export type Post = z.infer<typeof Post>;

/** One time that a condition held on a node. Only its node's events, or the hub's own look at a silent node, change it. */
export const Alert = z.strictObject({
  id,
  node: z.string(),
  /** Names the condition, and stays the same over all its alerts: `workload web`, `disk /`. */
  fingerprint: z.string().max(120),
  state: z.enum(['open', 'resolved']),
  /** What was seen; its buttons are the remedies. */
  reply: Reply,
  /** It was less bad when it began. */
  worse: z.boolean().optional(),
  /** When the node first saw it, by its own clock. */
  openedAt: time,
  resolvedAt: time.optional(),
  /** How it was seen to be over, in words. */
  resolution: z.string().max(300).optional(),
  /** Once it is over: what it may have left behind that has to be mended. */
  after: z.array(ReplyButton).max(MAX_BUTTONS).optional(),
  /** One post in each chat that hears of it. */
  posts: z.array(id),
});
export type Alert = z.infer<typeof Alert>;

/** What a person last said about a condition of a node: somebody has it, or it should be quiet. */
export const Handling = z.strictObject({
  node: z.string(),
  fingerprint: z.string().max(120),
  /** The alert on which it was said; without `until` it is about this one only. */
  alert: id,
  act: z.enum(['acked', 'silenced']),
  /** A silence over all alerts of this condition ends then. */
  until: time.optional(),
  operator,
  at: time,
});
export type Handling = z.infer<typeof Handling>;

/** A post with all that its text is made of. */
export interface Story {
  post: Post;
  jobs: Job[];
  confirm: Confirm | undefined;
  campaign?: Campaign | undefined;
  alert?: Alert | undefined;
  /** What was last said about the alert's condition, in effect or not. */
  handling?: Handling | undefined;
}

/** One line of the record of who asked what and what came of it. */
export const AuditEntry = z.strictObject({
  at: time,
  operator: operator.optional(),
  chat: z.number().int().optional(),
  node: z.string().optional(),
  operation: z.string().optional(),
  input: Input.optional(),
  /** asked, confirmed, declined, refused, or a verdict. */
  decision: z.string(),
  job: id.optional(),
  because: z.string().optional(),
  /** What it was asked with. */
  source: z.enum(['command', 'button', 'schedule', 'watch']).optional(),
  /** Who said yes beside the person who asked, by their numeric ids. */
  approvers: z.array(z.number().int()).optional(),
  /** Why, in the words of the person who asked. */
  reason: z.string().max(200).optional(),
  /** SHA-256 over what the node told, as JSON. */
  output: z.string().length(64).optional(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** A line of the audit as it was chained, without what chains it but for its number; one that has no number yet is not chained. */
export const AuditLine = AuditEntry.extend({
  seq: z.number().int().optional(),
  prev: z.string(),
  h: z.string(),
}).transform(({ prev: _, h: __, ...entry }) => entry);
export type AuditRecord = AuditEntry & { seq?: number | undefined };
