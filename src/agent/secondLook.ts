import type { Bench } from './bench.ts';
import type { JournalEntry } from './journal/entry.ts';
import type { Task } from './judge.ts';
import { taskOf } from './judge.ts';
import type { RulingDeps } from './rulings.ts';
import type { Running } from './running.ts';
import { found } from './sayings.ts';
import { lookAgain } from './verify.ts';

/** What a second look is judged and taken with. */
export interface LookDeps extends Bench, Pick<RulingDeps, 'catalog' | 'policy'> {
  running: Running;
}

/** Looks once more at what has ended, for an operator; says what it found, or why a person has to look. */
export function lookFor(deps: LookDeps, job: string, operator: number): void {
  const because = beginLook(deps, job, operator);
  if (because !== undefined) deps.journal.say(found(job, { verdict: 'needs human', because }));
}

// It only reads, and is judged so; the lane keeps others from changing meanwhile what it looks at.
function beginLook(deps: LookDeps, job: string, operator: number): string | undefined {
  const { node, catalog, journal, running } = deps;
  const entry = journal.ended(job);
  if (!entry) return `${node} does not know how it began, so there is nothing to compare with. Look yourself.`;
  const look = `look ${job}`;
  if (running.has(look)) return undefined;
  const task = taskOf(entry.order, node, catalog);
  if (typeof task === 'string') return task;
  const hindrance = refusal(deps, task, entry, operator) ?? running.claim(look, task);
  if (hindrance !== undefined) return hindrance;
  deps.log.info({ job, operator }, 'verifying again');
  running.launch(look, task, () => lookAgain(deps, entry, task));
  return undefined;
}

/** Why somebody may not have a job looked at again; undefined when they may. */
function refusal(
  { policy, journal, now }: LookDeps,
  { operation }: Task,
  { job, order }: JournalEntry,
  operator: number,
): string | undefined {
  const decision = policy.decide({
    ...{ operation: operation.name, target: operation.targetOf(order.input), operator },
    ...{ risk: 'read' as const, evidence: undefined, at: now() },
    admitted: (rule, since) => journal.admitted({ rule, operator, since, except: job }),
  });
  return decision.allowed ? undefined : decision.sentence;
}
