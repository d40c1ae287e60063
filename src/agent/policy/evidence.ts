import type { Risk } from '#src/operation/risk.ts';
import type { Approval, WorkOrder } from '#src/wire/order.ts';
import type { Require, Rule } from './rule.ts';

/** What came with an order and may be believed: the hub's word is what its signature covers, `stepups` is what somebody else has signed. */
export interface Evidence {
  /** The digest of the plan that the order is bound to. */
  plan: string | undefined;
  approvals: readonly Approval[];
  /** People (numeric ids) of whom a proof by step-up for this plan was verified. */
  stepups: readonly number[];
  reason: string | undefined;
}

/** What is missing, for programs. */
export type Missing = 'plan' | 'stepup' | 'approvers' | 'reason';

/** The evidence that an order brings, with the people whose proofs by step-up were verified. A plan brings none: it is what the evidence will be about. */
export function evidenceOf(order: WorkOrder, stepups: readonly number[]): Evidence | undefined {
  if (order.kind === 'plan') return undefined;
  const { plan, approvals = [], reason } = order;
  return { plan, approvals, stepups, reason: reason?.trim() || undefined };
}

/** What a rule asks for: as it says; where it says nothing, a change on prod needs the hub's proof. What is critical takes the yes of somebody besides in any case: the rule can only let that be the one who asks. An operation may take a proof by itself. */
export function requireOf({ require }: Rule, { risk, environment, proof }: About): Require | undefined {
  const asked = askedBy(require, { risk, environment });
  return proof ? { ...NOTHING, ...asked, proof } : asked;
}

/** What a rule is asked about: the risk of an operation, where it is carried out, and the proof that it takes by itself. */
export interface About {
  risk: Risk;
  environment: string;
  proof?: 'stepup' | undefined;
}

function askedBy(require: Rule['require'], { risk, environment }: About): Require | undefined {
  if (risk === 'critical') return { ...NOTHING, ...require, approvers: Math.max(1, require?.approvers ?? 0) };
  if (require || risk === 'read' || environment !== 'prod') return require;
  return NOTHING;
}

const NOTHING: Require = { proof: 'hub', approvers: 0, selfApproval: false, reason: false };

/** The first thing that a rule asks for and the evidence does not have; undefined when nothing is missing. What only reads has no plan, so none is missing there. */
export function missing(
  require: Require,
  evidence: Evidence,
  asked: { rule: Rule; operator: number; risk: Risk },
): { what: Missing; words: string } | undefined {
  const { rule, operator, risk } = asked;
  if (risk !== 'read' && evidence.plan === undefined)
    return { what: 'plan', words: 'a plan that was confirmed, and the order has none' };
  if (!isProved(require, evidence, operator))
    return {
      what: 'stepup',
      words: 'a proof by step-up (the code of an authenticator), and the order has none that holds',
    };
  const approved = approversOf(require, evidence, rule);
  if (!require.selfApproval) approved.delete(operator);
  if (approved.size < require.approvers)
    return { what: 'approvers', words: `the yes of ${people(require.approvers)}, and the order has ${approved.size}` };
  if (require.reason && evidence.reason === undefined)
    return { what: 'reason', words: 'a reason, and the order has none' };
  return undefined;
}

/** Whether what a rule asks for is only there because the yes of the one who asks counts as well. */
export function isSelfApproved(
  require: Require,
  evidence: Evidence,
  { rule, operator }: { rule: Rule; operator: number },
): boolean {
  const others = approversOf(require, evidence, rule);
  others.delete(operator);
  return others.size < require.approvers;
}

function approversOf(require: Require, { plan, approvals, stepups }: Evidence, rule: Rule): Set<number> {
  const counted = approvals.filter(
    (one) => one.plan === plan && isProved(require, { stepups }, one.operator) && isHeard(require, rule, one.operator),
  );
  return new Set(counted.map((one) => one.operator));
}

function isProved({ proof }: Require, { stepups }: Pick<Evidence, 'stepups'>, person: number): boolean {
  return proof === 'hub' || stepups.includes(person);
}

// Nobody approves what they could not ask for, unless the rule names them.
function isHeard({ by }: Require, { operators }: Rule, operator: number): boolean {
  if (by) return by.includes(operator);
  return operators.includes('*') || operators.includes(operator);
}

function people(count: number): string {
  return count === 1 ? 'one more person' : `${count} more people`;
}
