import { z } from 'zod';

/** What a node's policy asks for before it carries out what was planned: its own rule, told to the hub so that the chat can gather it. The agent asks again when the order comes. */
export const Asks = z.strictObject({
  /** `hub`: the hub's signature over a plan that was confirmed. `stepup`: besides, a proof that somebody other than the hub signed. */
  proof: z.enum(['hub', 'stepup']),
  /** So many different people besides have to say yes to the same plan. */
  approvers: z.number().int().min(0).max(3),
  /** Whether the one who asks may be one of them. */
  selfApproval: z.boolean(),
  reason: z.boolean(),
  /** Numeric ids of those whose yes counts, or anyone's (`*`); absent when they are too many to name. */
  by: z.union([z.literal('*'), z.array(z.number().int().positive()).max(200)]).optional(),
});
export type Asks = z.infer<typeof Asks>;
