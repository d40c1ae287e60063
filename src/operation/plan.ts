import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Fact } from './reply.ts';

/** What the agent says will happen: the present state as facts, and the digest that the operator's yes is bound to. */
export const Plan = z.strictObject({ facts: z.array(Fact).max(20), digest: z.string().length(64) });
export type Plan = z.infer<typeof Plan>;

/** What a handler's `plan` returns: `binds` (JSON) names the state that must still hold when the job starts. */
export interface PlanDraft<Bound = unknown> {
  facts: Fact[];
  binds: Bound;
}

/** SHA-256 (hex) over operation, version, input and bound state: an order whose plan no longer has this digest is stale. */
export function digestPlan(of: { operation: string; version: number; input: object; binds: unknown }): string {
  const input = Object.entries(of.input).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([of.operation, of.version, input, of.binds]))
    .digest('hex');
}
