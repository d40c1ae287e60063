import { z } from 'zod';
import { Plan } from '#src/operation/plan.ts';
import { Reply } from '#src/operation/reply.ts';
import { StepState } from '#src/operation/steps.ts';
import { Verdict } from '#src/operation/verdict.ts';

const job = z.string().max(40);

/** What an agent can say about a job. */
export const Saying = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('accepted'), job }),
  z.strictObject({
    kind: z.literal('progress'),
    job,
    steps: z.array(StepState).max(40),
    note: z.string().max(300).optional(),
  }),
  z.strictObject({ kind: z.literal('planned'), job, plan: Plan }),
  /** The agent died in the middle of the job and is finding out what became of it. */
  z.strictObject({ kind: z.literal('unknown'), job, because: z.string().max(400) }),
  z.strictObject({
    kind: z.literal('verdict'),
    job,
    verdict: Verdict,
    reply: Reply,
    tookMs: z.number().nonnegative().optional(),
  }),
]);
export type Saying = z.infer<typeof Saying>;

/** One numbered saying. Numbers run without gaps from 1 within one `log`; a new journal begins a new log. */
export const Event = z.strictObject({
  v: z.literal(1),
  log: z.string().max(40),
  seq: z.number().int().positive(),
  /** When it was said, in ms since 1970 by the node's clock. */
  at: z.number().int(),
  saying: Saying,
});
export type Event = z.infer<typeof Event>;
