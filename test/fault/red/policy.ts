import { z } from 'zod';
import { Rule } from '#src/agent/policy/rule.ts';

export const ADA = 7;
export const BEN = 8;
/** Nobody whom the policy lists. */
export const CLEO = 9;
export const WORKLOADS = ['web', 'db', 'safe', 'cache'];
const HOUR_MS = 3_600_000;
const STARTS_PER_HOUR = 2;

/** What the node allows: little, and in one case nothing at this hour. */
export function rulesAt(now: number): Rule[] {
  const clock = (ms: number) => new Date(ms).toISOString().slice(11, 16);
  const later = { from: clock(now + 2 * HOUR_MS), to: clock(now + 3 * HOUR_MS), timezone: 'UTC' };
  return z.array(Rule).parse([
    { operations: ['status'], operators: [ADA, BEN] },
    { operations: ['logs'], targets: ['web'], operators: [ADA, BEN] },
    { operations: ['restart'], targets: ['web'], operators: [ADA] },
    { operations: ['restart'], targets: ['db'], operators: [ADA, BEN], require: { approvers: 1, reason: true } },
    { operations: ['restart', 'stop'], targets: ['safe'], operators: [ADA], require: { proof: 'stepup' } },
    { operations: ['start'], targets: ['web'], operators: [ADA], rate: { max: STARTS_PER_HOUR, per: '1h' } },
    { operations: ['stop'], targets: ['web'], operators: [ADA], hours: later },
  ]);
}

/** An order as far as the oracle looks at it. */
const Asked = z.looseObject({
  kind: z.string(),
  operation: z.string(),
  input: z.looseObject({ target: z.string().optional() }),
  operator: z.number(),
  plan: z.string().optional(),
  reason: z.string().optional(),
  approvals: z.array(z.looseObject({ operator: z.number(), plan: z.string() })).optional(),
});

/**
 * Whether an order may be carried out, said once more by hand, without rules: what the people who wrote the policy meant.
 * The answer is in words what the hub can do with it; undefined: it must not.
 */
export function mayPass(body: unknown): string | undefined {
  const asked = Asked.safeParse(body).data;
  if (!asked) return undefined;
  const what = `${asked.operation} ${asked.input.target ?? ''}`.trim();
  const isListed = asked.operator === ADA || asked.operator === BEN;
  if (!isListed) return undefined;
  if (asked.kind === 'plan') return mayPlan(what, asked.operator) ? `look what ${what} would do` : undefined;
  if (asked.kind !== 'run') return undefined;
  if (what === 'status' || what === 'logs web') return `read ${what}, in a listed name`;
  return asked.plan === undefined ? undefined : mayChange(what, asked);
}

function mayPlan(what: string, operator: number): boolean {
  if (['status', 'logs web', 'restart db'].includes(what)) return true;
  return operator === ADA && ['restart web', 'restart safe', 'stop safe', 'start web'].includes(what);
}

function mayChange(
  what: string,
  { operator, plan, reason, approvals = [] }: z.infer<typeof Asked>,
): string | undefined {
  if (what === 'restart web') return operator === ADA ? 'restart web, in the name of who may' : undefined;
  if (what === 'start web') return operator === ADA ? `start web, ${STARTS_PER_HOUR} times an hour` : undefined;
  if (what !== 'restart db' || !reason?.trim()) return undefined;
  const others = approvals.filter((one) => one.plan === plan && one.operator !== operator);
  const isApproved = others.some((one) => one.operator === ADA || one.operator === BEN);
  return isApproved ? 'restart db, with a yes and a reason that it made up in listed names' : undefined;
}

/** What may be found in the recorded world, and how often at most. */
export const MAY_BE: Record<string, number> = {
  list: Number.POSITIVE_INFINITY,
  'get web': Number.POSITIVE_INFINITY,
  'get db': Number.POSITIVE_INFINITY,
  'get safe': Number.POSITIVE_INFINITY,
  'logs web': Number.POSITIVE_INFINITY,
  'settled web': Number.POSITIVE_INFINITY,
  'settled db': Number.POSITIVE_INFINITY,
  'restart web': Number.POSITIVE_INFINITY,
  'restart db': Number.POSITIVE_INFINITY,
  'start web': STARTS_PER_HOUR,
};
