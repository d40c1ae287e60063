import type { Logger } from 'pino';
import type { Errands } from '#src/adapters/errand/errands.ts';
import { Problem, sentenceOf } from '#src/kit/problem.ts';
import { clip } from '#src/kit/text.ts';
import type { SetKnown } from '#src/operation/backupKnown.ts';
import { INTERRUPTED } from '#src/operation/backupKnown.ts';
import type { Backups } from '#src/operation/backups.ts';
import type { Journal } from '../journal.ts';
import type { Task } from './task.ts';
import { OPERATION_OF } from './task.ts';

/** How much of the data a check by schedule reads. */
const CHECK_PERCENT = 5;
const STEP = 'run';
const SETTLE_MS = 30_000;

/** What runs by schedule is done with. */
export interface Ground {
  backups: Backups;
  journal: Journal;
  /** What its commands are run by; absent: by nothing that outlives the agent. */
  errands?: Errands | undefined;
  log: Logger;
}

/** Does a task once: noted in the audit before it begins and when it has ended. Throws Problem `journal` when it cannot be noted, and nothing was begun then. */
export async function runOnce(
  { backups, journal, errands, log }: Ground,
  { task, known, again }: { task: Task; known: SetKnown; again: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { set, chore } = task;
  const { failure } = known.chores[chore];
  const audit = (more: { decision: string; because?: string }) =>
    journal.remember(`schedule ${chore} ${set}`, more.decision, {
      ...{ source: 'schedule', operation: OPERATION_OF[chore], target: set, ...more },
    });
  const act = async (): Promise<void> => {
    // A run that was killed may have left its lock; one that somebody holds stays.
    if (failure?.code === INTERRUPTED || failure?.code === 'backup-locked')
      await backups.unlock(set, signal).catch(() => []);
    refuseFailed(await actOf(backups, { task, known, again }, signal));
  };
  audit({ decision: 'started' });
  log.info({ set, chore }, 'begun by schedule');
  try {
    await (errands ? errands.during(nameOf(task), STEP, act) : act());
    audit({ decision: 'done' });
    log.info({ set, chore }, 'done by schedule');
  } catch (error) {
    const because = clip(sentenceOf(error), 300);
    audit({ decision: signal.aborted ? 'gave way' : 'failed', because });
    log.warn({ err: error, set, chore }, signal.aborted ? 'gave way' : 'failed by schedule');
  } finally {
    await errands?.forget(nameOf(task), AbortSignal.timeout(SETTLE_MS));
  }
}

/** Ends what a run that was killed left behind, before anything else touches the repository. */
export async function endLeftOver({ errands, log }: Ground, task: Task): Promise<void> {
  try {
    await errands?.settle(nameOf(task), STEP, AbortSignal.timeout(SETTLE_MS));
    await errands?.forget(nameOf(task), AbortSignal.timeout(SETTLE_MS));
  } catch (err) {
    log.warn({ err, set: task.set, chore: task.chore }, 'what was left over is not ended');
  }
}

/** Starts what a save of an earlier life has left stopped, and says so in the audit. */
export async function wakeLeftOver({ backups, journal, log }: Ground, set: string, signal: AbortSignal): Promise<void> {
  const woken = await backups.wake(set, signal);
  if (!woken) return;
  const { resumed, unwell } = woken;
  const words = [
    ...resumed.map((name) => `${name} runs again after a backup that was broken off.`),
    ...unwell.map(notBack),
  ];
  const more = { decision: unwell.length > 0 ? 'failed' : 'started again', because: clip(words.join(' '), 300) };
  journal.remember(`schedule wake ${set}`, more.decision, {
    ...{ source: 'schedule', operation: OPERATION_OF.save, target: set, ...more },
  });
  log.warn({ set, resumed, unwell }, 'what a backup had stopped');
}

function notBack({ name, reason }: { name: string; reason: string }): string {
  return `${name}, stopped for the backup, did not come back: ${reason}`;
}

function nameOf({ set, chore }: Task): string {
  return `schedule-${chore}-${set}`;
}

type Places = readonly { destination: string; reason?: string | undefined }[];

async function actOf(
  backups: Backups,
  { task: { set, chore }, known, again }: { task: Task; known: SetKnown; again: boolean },
  signal: AbortSignal,
): Promise<Places> {
  switch (chore) {
    case 'save': {
      const missed = again ? (known.chores.save.failure?.places ?? []) : [];
      const to = missed.length > 0 ? missed : undefined;
      const { failed, woken } = await backups.save({ set, to }, () => {}, signal);
      return [...failed, ...(woken?.unwell ?? []).map((sick) => ({ destination: sick.name, reason: notBack(sick) }))];
    }
    case 'check':
      return await backups.check(set, CHECK_PERCENT, signal);
    case 'drill':
      await backups.drill(set, signal);
      return [];
    case 'prune':
      return await backups.prune(set, signal);
    default:
      return chore satisfies never;
  }
}

function refuseFailed(places: Places): void {
  const failed = places.find(({ reason }) => reason !== undefined);
  if (failed) throw new Problem('backup', failed.reason ?? '');
}
