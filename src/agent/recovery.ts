import type { Bench } from './bench.ts';
import type { JournalEntry } from './journal/entry.ts';
import type { Allowed } from './judge.ts';
import { taskOf } from './judge.ts';
import type { StepUps } from './policy/stepups.ts';
import type { RulingDeps, Rulings } from './rulings.ts';
import type { Running } from './running.ts';
import { refused, verified } from './sayings.ts';
import { findOut } from './verify.ts';

/** What recovery is done with. */
export interface RecoveryDeps extends Bench, Pick<RulingDeps, 'catalog'> {
  running: Running;
  rulings: Rulings;
  stepUps: StepUps;
  begin: (entry: JournalEntry, allowed: Allowed) => void;
}

/** Ends what an earlier life of this agent, or a disk that took nothing, left open: unstarted work runs if it is still in time, started work is verified. */
export async function recoverOpen(deps: RecoveryDeps): Promise<void> {
  const { journal, running } = deps;
  const open = journal.open().filter(({ job }) => !running.has(job));
  // Started work is verified under its lane, so that nothing new changes the target meanwhile.
  for (const entry of open.filter(({ startedAt }) => startedAt !== undefined)) verifyStarted(deps, entry);
  for (const entry of open.filter(({ startedAt }) => startedAt === undefined)) await beginLate(deps, entry);
  await running.tidy();
}

function verifyStarted(deps: RecoveryDeps, entry: JournalEntry): void {
  const { node, catalog, journal, running } = deps;
  const { job, order } = entry;
  const task = taskOf(order, node, catalog);
  deps.log.info({ job, operation: order.operation }, 'verifying');
  if (typeof task === 'string') {
    const because = `It was interrupted, and cannot be verified. ${task}`;
    journal.finish(job, verified(job, { verdict: 'needs human', because }));
  } else {
    running.claim(job, task);
    running.launch(job, task, () => findOut(deps, entry, task));
  }
}

async function beginLate(deps: RecoveryDeps, entry: JournalEntry): Promise<void> {
  const { journal, running } = deps;
  const { job, order, expiresAt } = entry;
  const stepups = await deps.stepUps(job, order);
  // It was cancelled meanwhile.
  if (journal.knows(job) === 'finished') return;
  const ruling = deps.rulings.ofAccepted({ job, order, expiresAt, stepups });
  const busy = 'task' in ruling ? running.claim(job, ruling.task) : undefined;
  deps.log.info({ job, operation: order.operation, busy }, 'taken up again');
  if ('saying' in ruling) journal.finish(job, ruling.saying);
  else if (busy !== undefined) journal.finish(job, refused(job, busy));
  else deps.begin(entry, ruling);
}
