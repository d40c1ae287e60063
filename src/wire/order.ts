import { z } from 'zod';
import { Input } from '#src/operation/args.ts';
import { Lockdown, Unlock } from './lockdown.ts';
import { MAX_PROOF } from './proof.ts';

/** The chat, and the topic in it, in which somebody asked. */
export const Place = z.strictObject({ chat: z.number().int(), thread: z.number().int().optional() });
export type Place = z.infer<typeof Place>;

const Asked = {
  v: z.literal(1),
  operation: z.string().max(32),
  version: z.number().int().positive(),
  input: Input,
  /** Numeric Telegram id of the person who asked. */
  operator: z.number().int().positive(),
  /** Comes back with the verdict, as does the question whose yes this is. */
  place: Place.optional(),
  confirm: z.string().max(40).optional(),
  /** The last event of this node that the hub has folded, if it knows: an agent that has said less is an older copy of itself. */
  seen: z.strictObject({ log: z.string().max(40), seq: z.number().int().nonnegative() }).optional(),
};

const digest = z.string().length(64);

/** One person's yes to one plan, as the hub recorded it: no more than the hub's word. */
export const Approval = z.strictObject({
  operator: z.number().int().positive(),
  /** The digest of the plan that was shown. */
  plan: digest,
  /** ms since 1970 by the hub's clock. */
  at: z.number().int(),
});
export type Approval = z.infer<typeof Approval>;

/** What somebody other than the hub has signed about one person and one plan; the agent opens it with a key of its own policy. */
export const Proof = z.strictObject({ kind: z.literal('stepup'), token: z.string().max(MAX_PROOF) });
export type Proof = z.infer<typeof Proof>;

const Run = z.strictObject({
  kind: z.literal('run'),
  ...Asked,
  plan: digest.optional(),
  /** What the node's policy may ask for; an agent that does not ask for it does not look at it. */
  approvals: z.array(Approval).max(8).optional(),
  proofs: z.array(Proof).max(4).optional(),
  reason: z.string().min(1).max(200).optional(),
});
const Plan = z.strictObject({ kind: z.literal('plan'), ...Asked });

/** An order that becomes a job: do it, or say what doing it would mean. */
export const WorkOrder = z.discriminatedUnion('kind', [Run, Plan]);
export type WorkOrder = z.infer<typeof WorkOrder>;

/** Somebody typed the code of their authenticator: for the approver alone, which never writes it down. */
const Approve = z.strictObject({
  kind: z.literal('approve'),
  v: z.literal(1),
  /** The question that it answers; comes back with what was found. */
  confirm: z.string().max(40),
  /** The job that the proof is to be for, the plan that it is bound to, and its node as `identity` names it. */
  job: z.string().max(40),
  plan: digest,
  audience: z.string().max(100),
  /** Numeric Telegram id of the person who typed it. */
  operator: z.number().int().positive(),
  code: z.string().regex(/^\d{6}$/),
});
export type Approve = z.infer<typeof Approve>;

/** What the hub can ask of a node. The order's id, audience and time window stand in its envelope. */
export const Order = z.discriminatedUnion('kind', [
  Run,
  Plan,
  /** Send again what is not acknowledged, and say how this job stands; one that never came can never start afterwards. */
  z.strictObject({
    ...{ kind: z.literal('query'), v: z.literal(1), job: z.string().max(40).optional() },
    /** Besides, look once more what became of it, for this person (numeric Telegram id). */
    verify: z.number().int().positive().optional(),
  }),
  /** Stop this job, or let it never start. `by` is the name of the person who says so. */
  z.strictObject({
    kind: z.literal('cancel'),
    v: z.literal(1),
    job: z.string().max(40),
    operator: z.number().int(),
    by: z.string().max(40),
  }),
  /** Change nothing any more. */
  z.strictObject({ kind: z.literal('lockdown'), v: z.literal(1), lockdown: Lockdown }),
  z.strictObject({ kind: z.literal('unlock'), v: z.literal(1), ...Unlock.shape }),
  Approve,
]);
export type Order = z.infer<typeof Order>;
