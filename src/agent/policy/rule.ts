import { z } from 'zod';
import { durationText } from '#src/adapters/durationText.ts';
import { Hours } from './hours.ts';

const all = z.literal('*');
const listOf = <T extends z.ZodType>(item: T) => z.array(z.union([all, item])).min(1);
const OperationName = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, 'the name of an operation, such as restart, or *');
const Target = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}(?:\/[A-Za-z0-9_.-]{0,62})?\*?$/,
    'the name of a workload, its beginning and *, or *',
  );

/** What has to come with an order before a rule lets it pass. */
const Require = z.strictObject({
  /** `hub`: the hub's signature over a plan that was confirmed. `stepup`: besides, a proof that somebody other than the hub signed. */
  proof: z.enum(['hub', 'stepup']).default('hub'),
  /** So many different people besides have said yes to the same plan. */
  approvers: z.number().int().min(0).max(3).default(0),
  /** Whether the one who asks may be one of them. */
  selfApproval: z.boolean().default(false),
  reason: z.boolean().default(false),
  /** Numeric ids of those whose yes counts; left out, of all whom the rule is about. */
  by: z.array(z.number().int().positive()).min(1).max(200).optional(),
});
export type Require = z.infer<typeof Require>;

/** How often each operator may have work begun under one rule. */
const Rate = z.strictObject({
  max: z.number().int().min(1).max(10_000),
  /** ms. */
  per: durationText('1h', '30d').refine((ms) => ms >= 1_000, 'less than a second is too short'),
});

/** One rule of a node: these operations, on these targets, asked for by these people (numeric Telegram ids), and what it asks for. `*` stands for any. */
export const Rule = z.strictObject({
  operations: listOf(OperationName),
  targets: listOf(Target).default(['*']),
  operators: listOf(z.number().int().positive()).default(['*']),
  require: Require.optional(),
  rate: Rate.optional(),
  hours: Hours.optional(),
});
export type Rule = z.infer<typeof Rule>;

/** The rules of one node: nobody needs more, and each order reads through them. */
export const Rules = z.array(Rule).max(200);
