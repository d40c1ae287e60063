import type { Logger } from 'pino';
import type { WorkOrder } from '#src/wire/order.ts';
import { createProofReader } from '#src/wire/proof.ts';
import { isRefusal } from '#src/wire/refuse.ts';
import type { Party } from '#src/wire/seal.ts';
import type { Policy } from '../policy.ts';

/** Says of whom an order brings a proof by step-up that holds here and now. */
export type StepUps = (job: string, order: WorkOrder) => Promise<number[]>;

/** The step-ups of one node: proofs that the approver of its own policy signed, for this node, the job and its plan. */
export function createStepUps(deps: {
  /** This node as proofs are made for it. */
  own: Party;
  policy: Policy;
  now: () => number;
  log: Logger;
}): StepUps {
  const { own, policy, now, log } = deps;
  return async (job, order) => {
    const { approver } = policy;
    if (order.kind === 'plan' || order.plan === undefined || !order.proofs || !approver) return [];
    const read = createProofReader(approver, own);
    const people: number[] = [];
    for (const { token } of order.proofs) {
      try {
        const proved = await read(token, now());
        if (proved.job === job && proved.plan === order.plan) people.push(proved.operator);
        else log.warn({ job, operator: proved.operator }, 'proof refused: it is for another job or plan');
      } catch (err) {
        if (!isRefusal(err)) throw err;
        log.warn({ err, job }, 'proof refused');
      }
    }
    return people;
  };
}
