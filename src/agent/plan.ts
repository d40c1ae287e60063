import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import { boundInput } from '#src/operation/args.ts';
import { digestPlan, Plan } from '#src/operation/plan.ts';
import type { Saying } from '#src/wire/event.ts';
import type { Bench } from './bench.ts';
import type { JournalEntry } from './journal/entry.ts';
import type { Allowed, Task } from './judge.ts';
import { failed } from './sayings.ts';
import { pickTools } from './toolbox.ts';

/** Says what an order would do and finds here, without doing it, and what the policy asks for before it is done. */
export async function draftPlan(
  bench: Bench,
  entry: JournalEntry,
  { task, asks }: Pick<Allowed, 'task' | 'asks'>,
  signal: AbortSignal,
): Promise<void> {
  const { job } = entry;
  const saying = await planNow(bench, entry, task, signal).then(
    ({ plan }): Saying => ({ kind: 'planned', job, plan, ...(asks ? { asks } : {}) }),
    (error) => failed(job, error, 0),
  );
  bench.journal.finish(job, saying);
}

/** What the plan of a job that is to start binds, or why it must not start after all: the plan is no longer what was approved. */
export async function boundNow(
  bench: Bench,
  entry: JournalEntry,
  task: Task,
  signal: AbortSignal,
): Promise<{ bound: unknown; stale?: string }> {
  const approved = entry.order.kind === 'run' ? entry.order.plan : undefined;
  if (approved === undefined && task.operation.risk === 'read') return { bound: undefined };
  const { plan, bound } = await planNow(bench, entry, task, signal);
  return approved === undefined || plan.digest === approved ? { bound } : { bound, stale: STALE };
}

const STALE = 'The plan is stale: things changed on the node after you saw it. Nothing was done. Ask again.';

async function planNow(bench: Bench, { order }: JournalEntry, { operation, params }: Task, signal: AbortSignal) {
  const limit = AbortSignal.timeout(operation.planMs);
  const deadline = AbortSignal.any([signal, limit]);
  const tools = pickTools(bench.tools, operation.needs);
  const { facts, binds } = await operation.plan({ params, tools, signal: deadline }).catch((error: unknown) => {
    throw limit.aborted && !signal.aborted && !(error instanceof Problem) ? late(operation, error) : error;
  });
  const { operation: name, version, input } = order;
  const digest = digestPlan({ operation: name, version, input: boundInput(operation.params, input), binds });
  return { plan: Plan.parse({ facts, digest }), bound: binds };
}

/** What came of a plan whose time was over where nothing below it knew whom it waited for. */
function late({ name, planMs }: Task['operation'], cause: unknown): Problem {
  const words = `What /${name} would do could not be found out within ${formatDuration(planMs)}. Nothing was done. Look at /health, then ask again.`;
  return new Problem('plan-timeout', words, { cause });
}
