import { z } from 'zod';
import type { Problem } from '#src/kit/problem.ts';
import { refusal, tooManyRequests } from './refusal.ts';

/** What POST /sandbox/faults takes: the next `times` calls of a method (`*` = any) go wrong so. */
export const FaultOrder = z.strictObject({
  method: z.string().min(1),
  times: z.int().min(0).max(100_000),
  kind: z.union([z.literal(429), z.literal(500), z.literal('hang')]),
  retry_after: z.int().min(1).max(100_000).default(1),
  /** The call takes effect although its answer is the fault: the lost answer. */
  also_applied: z.boolean().default(false),
});

/** A fault that was ordered. */
export type Fault = z.infer<typeof FaultOrder>;

/** The faults that are still to happen. */
export interface Faults {
  /** Adds to what was ordered before; `times: 0` takes back every fault of that method. */
  order(fault: Fault): void;
  /** The fault for this call, if one was ordered; it counts as used. */
  take(method: string): Fault | undefined;
}

/** No faults yet. */
export function createFaults(): Faults {
  let ordered: Fault[] = [];
  return {
    order: (fault) => {
      if (fault.times > 0) ordered.push({ ...fault });
      else ordered = ordered.filter(({ method }) => method.toLowerCase() !== fault.method.toLowerCase());
    },
    take: (method) => {
      const fault = ordered.find((one) => one.method === '*' || one.method.toLowerCase() === method.toLowerCase());
      if (!fault) return undefined;
      fault.times -= 1;
      ordered = ordered.filter(({ times }) => times > 0);
      return fault;
    },
  };
}

/** The refusal that a fault answers with; a hang has none. */
export function refusalOf({ kind, retry_after }: Fault): Problem | undefined {
  if (kind === 429) return tooManyRequests(retry_after);
  return kind === 500 ? refusal(500, 'Internal Server Error: restart') : undefined;
}
