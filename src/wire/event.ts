import { z } from 'zod';
import { Input } from '#src/operation/args.ts';
import { Plan } from '#src/operation/plan.ts';
import { MAX_BUTTONS, Reply, ReplyButton } from '#src/operation/reply.ts';
import { StepState } from '#src/operation/steps.ts';
import { Finding, Verdict } from '#src/operation/verdict.ts';
import { Asks } from './asks.ts';
import { Place } from './order.ts';
import { MAX_PROOF } from './proof.ts';

const job = z.string().max(40);

/** A condition on a node that should not be, from the second reading that found it to the second one that did not. */
export const NodeAlert = z.strictObject({
  /** The node's own id of this one time. */
  id: z.string().max(40),
  /** Names the condition, and stays the same over all its alerts: `workload web`, `disk /`. */
  fingerprint: z.string().min(1).max(120),
  state: z.enum(['open', 'resolved']),
  /** What was seen, with the evidence; its buttons are the remedies. */
  reply: Reply,
  /** First seen, in ms since 1970 by the node's clock. */
  openedAt: z.number().int(),
  resolvedAt: z.number().int().optional(),
  /** How it was seen to be over, in words. */
  resolution: z.string().max(300).optional(),
  /** Once it is over: what it may have left behind that has to be mended. */
  after: z.array(ReplyButton).max(MAX_BUTTONS).optional(),
});
export type NodeAlert = z.infer<typeof NodeAlert>;

/** What a job was, as its order said it: with it a hub whose ledger lost the job can still tell how it ended. */
const Asked = z.strictObject({
  operation: z.string().max(32),
  input: Input,
  operator: z.number().int().positive(),
  place: Place.optional(),
  confirm: z.string().max(40).optional(),
});

/** What an approver found when somebody typed a code. */
export const StepUpOutcome = z.discriminatedUnion('is', [
  /** It was theirs, at this time, for the first time; the token is for the node alone. */
  z.strictObject({ is: z.literal('proved'), token: z.string().max(MAX_PROOF) }),
  /** It was not theirs; so many more tries are left. */
  z.strictObject({ is: z.literal('wrong'), left: z.number().int().nonnegative() }),
  /** It was theirs, and has been used. */
  z.strictObject({ is: z.literal('used') }),
  /** Too many were wrong: a person has to unlock it on the node. */
  z.strictObject({ is: z.literal('locked') }),
  /** There is no seed of this person. */
  z.strictObject({ is: z.literal('unknown') }),
  /** It came too late, or the clocks disagree: it was not looked at. */
  z.strictObject({ is: z.literal('late') }),
]);
export type StepUpOutcome = z.infer<typeof StepUpOutcome>;

/** What an agent can say about a job, or about its node. */
export const Saying = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('accepted'), job }),
  z.strictObject({
    kind: z.literal('progress'),
    job,
    steps: z.array(StepState).max(40),
    note: z.string().max(300).optional(),
  }),
  /** `asks` is what the policy's deciding rule demands for carrying it out; absent when it asks for nothing, of anybody. */
  z.strictObject({ kind: z.literal('planned'), job, plan: Plan, asks: Asks.optional() }),
  /** The agent died in the middle of the job and is finding out what became of it. */
  z.strictObject({ kind: z.literal('unknown'), job, because: z.string().max(400) }),
  z.strictObject({
    kind: z.literal('verdict'),
    job,
    verdict: Verdict,
    reply: Reply,
    tookMs: z.number().nonnegative().optional(),
    asked: Asked.optional(),
  }),
  /** What a person's wish to look once more at a job that has ended has found; its verdict stays. */
  z.strictObject({ kind: z.literal('found'), job, verdict: Finding, because: z.string().max(400) }),
  z.strictObject({ kind: z.literal('alert'), alert: NodeAlert }),
  /** What an approver found; `job` is the order that brought the code, `confirm` the question, `about` the job that the proof is for. */
  z.strictObject({
    kind: z.literal('stepup'),
    job,
    confirm: z.string().max(40),
    about: job,
    operator: z.number().int().positive(),
    outcome: StepUpOutcome,
  }),
]);
export type Saying = z.infer<typeof Saying>;

/** One numbered saying. Numbers run without gaps from 1 within one `log`; a new journal begins a new log. */
export const Event = z.strictObject({
  v: z.literal(1),
  log: z.string().max(40),
  seq: z.number().int().positive(),
  /** The hub has acknowledged all up to this number, even if its ledger has forgotten it since. */
  base: z.number().int().nonnegative().default(0),
  /** When it was said, in ms since 1970 by the node's clock. */
  at: z.number().int(),
  /** The hash of the policy under which it was said. */
  policy: z.string().max(64).optional(),
  saying: Saying,
});
export type Event = z.infer<typeof Event>;
