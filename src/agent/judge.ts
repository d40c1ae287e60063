import type { Catalog } from '#src/catalog.ts';
import { formatDuration } from '#src/kit/duration.ts';
import { sentenceOf } from '#src/kit/problem.ts';
import { utc } from '#src/kit/utc.ts';
import type { Operation, Params } from '#src/operation/define.ts';
import type { Asks } from '#src/wire/asks.ts';
import type { Saying } from '#src/wire/event.ts';
import type { WorkOrder } from '#src/wire/order.ts';
import { CLOCK_SKEW_S } from '#src/wire/seal.ts';
import { evidenceOf } from './policy/evidence.ts';
import type { Policy } from './policy.ts';
import { expired, refused } from './sayings.ts';

/** Work that may begin: the operation, its parameters and the lane it needs (none for what only reads). */
export interface Task {
  operation: Operation;
  params: Params;
  lane: string | undefined;
}

/** An order with the times of its envelope, in ms since 1970. */
export interface Timed {
  job: string;
  order: WorkOrder;
  issuedAt: number;
  expiresAt: number;
  /** People of whom a proof by step-up was verified; absent: of nobody. */
  stepups?: readonly number[];
}

/** What orders are judged by. */
export interface Bar {
  node: string;
  catalog: Catalog;
  policy: Policy;
  /** How often work was begun under a rule; the job that is judged does not count. */
  admitted: (asked: { rule: string; operator: number; since: number; except: string }) => number;
  /** Why nothing may be changed now, if that is so. */
  locked?: (() => string | undefined) | undefined;
  now: number;
  /** The latest time that was seen here or told by the hub: what was over then is over now. Absent: now. */
  latest?: number;
}

/** Work that the policy allows: by which rule (its key), what that rule asks for, and whether the one who asks gave a yes that it asks for. */
export interface Allowed {
  task: Task;
  rule: string;
  asks: Asks | undefined;
  selfApproved: boolean;
}

/** Decides from order, clock, catalog and policy whether work may begin; otherwise what to say instead. */
export function judge(asked: Timed, by: Bar): Allowed | { saying: Saying } {
  const { job, order, stepups = [] } = asked;
  const late = timeRefusal(asked, by);
  if (late) return { saying: late };
  const found = taskOf(order, by.node, by.catalog);
  if (typeof found === 'string') return { saying: refused(job, found) };
  const { risk, proof } = found.operation;
  const locked = risk === 'read' ? undefined : by.locked?.();
  if (locked !== undefined) return { saying: refused(job, locked) };
  const { operator } = order;
  const decision = by.policy.decide({
    ...{ operation: order.operation, target: found.operation.targetOf(order.input), operator },
    risk,
    proof,
    evidence: evidenceOf(order, stepups),
    at: by.now,
    admitted: (rule, since) => by.admitted({ rule, operator, since, except: job }),
  });
  if (!decision.allowed) return { saying: refused(job, decision.sentence) };
  const { by: rule, asks, selfApproved } = decision;
  return { task: found, rule: rule.key, asks, selfApproved };
}

/** The task that an order names, or the sentence that says why there is none on this node. */
export function taskOf(order: WorkOrder, node: string, catalog: Catalog): Task | string {
  const operation = catalog.get(order.operation);
  if (!operation) return `The agent on ${node} does not know "${order.operation}". Update it.`;
  if (operation.version !== order.version)
    return `${node} has ${order.operation} v${operation.version}, this needs v${order.version}. Update the older side.`;
  try {
    const params = operation.parse(order.input);
    const changes = operation.risk !== 'read' && order.kind === 'run';
    return { operation, params, lane: changes ? (operation.targetOf(order.input) ?? '*') : undefined };
  } catch (error) {
    return sentenceOf(error);
  }
}

/** What is said of an order whose time is over, or which comes from a clock that is too far ahead; undefined when it is in time. */
export function timeRefusal(
  { job, issuedAt, expiresAt }: Pick<Timed, 'job' | 'issuedAt' | 'expiresAt'>,
  { node, now, latest = now }: Pick<Bar, 'node' | 'now' | 'latest'>,
): Saying | undefined {
  const ahead = issuedAt - now;
  if (ahead > CLOCK_SKEW_S * 1000)
    return refused(
      job,
      `The clock of ${node} is ${formatDuration(ahead)} behind the hub's: ${utc(now)} there, ${utc(issuedAt)} at the hub. Set it, then ask again.`,
    );
  if (Math.max(now, latest) < expiresAt) return undefined;
  const late = formatDuration(Math.max(now, latest) - expiresAt);
  return expired(
    job,
    `It reached ${node} ${late} too late and was not started: it had until ${utc(expiresAt)}, and there it is ${utc(now)}. If that is not the time, set its clock. Ask again.`,
  );
}
