import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupSpec } from '#src/adapters/backup/spec.ts';
import type { SetKnown } from '#src/operation/backupKnown.ts';
import { INTERRUPTED } from '#src/operation/backupKnown.ts';
import { freshId } from '#src/wire/ids.ts';
import type { Lanes } from '../lanes.ts';
import type { Due } from './due.ts';
import { dueOf } from './due.ts';
import type { Ground } from './round.ts';
import { endLeftOver, runOnce, wakeLeftOver } from './round.ts';
import type { Task } from './task.ts';
import { OPERATION_OF, tasksOf } from './task.ts';

/** How often it is looked what is due, in ms. */
const EVERY_MS = 20_000;
/** Between two looks that are further apart than this, in ms, the machine slept, or its clock was set. */
const SLEPT_MS = 180_000;
/** A person who asked for a restore may take so long to say yes to it, in ms. */
const PATIENCE_MS = 15 * 60_000;
/** What a person may not be kept waiting for. */
const FIRST = new Set(['restore', 'restore_undo']);

/** What a node does with its backups by itself: one thing at a time, without hub and ledger. */
export interface Schedule {
  /** Ends what an earlier life of this agent left at work. */
  recover(): Promise<void>;
  /** Looks what is due, again and again, until the signal; resolves when nothing runs any more. */
  run(signal: AbortSignal): Promise<void>;
  /** Starts the first task that is due, unless one runs; resolves when it has ended. */
  look(signal: AbortSignal): Promise<void>;
  /** Somebody asks for this operation: what is in its way is stopped. Resolves when it has ended; undefined: nothing is. */
  makeWay(operation: string): Promise<void> | undefined;
  /** How long this machine has been awake and at work, in ms. */
  awakeMs(): number;
}

/** The schedule of one agent. */
export function createSchedule(
  deps: Ground & {
    spec: BackupSpec;
    node: string;
    lanes: Lanes;
    /** Why nothing may be thrown away now, if that is so. */
    hindrance: () => string | undefined;
    now: () => number;
    everyMs?: number | undefined;
  },
): Schedule {
  const { spec, node, backups, lanes, hindrance, now, log, everyMs = EVERY_MS } = deps;
  const tasks = tasksOf(spec, node);
  let current: { stop: AbortController; set: string; job: string; ended: Promise<void> } | undefined;
  let awakeSince = now();
  let lookedAt = now();
  let quietUntil = 0;
  const wakened = new Set<string>();

  const notice = (): void => {
    const time = now();
    if (time - lookedAt > SLEPT_MS || time < lookedAt) awakeSince = time;
    // A clock that was set back must not keep everything quiet until it is as late again.
    if (quietUntil > time + PATIENCE_MS) quietUntil = 0;
    lookedAt = time;
  };
  const begin = (task: Task, known: SetKnown, { again }: Due, signal: AbortSignal): Promise<void> => {
    const { set, chore } = task;
    const job = freshId();
    const holder = { job, operation: OPERATION_OF[chore], since: now(), bySchedule: true };
    if (lanes.take(set, holder)) return Promise.resolve();
    const stop = new AbortController();
    const ended = runOnce(deps, { task, known, again }, AbortSignal.any([signal, stop.signal]))
      .catch((err: unknown) => log.error({ err, set, chore }, 'not done by schedule'))
      .finally(() => {
        lanes.leave(set, job);
        current = undefined;
      });
    current = { stop, set, job, ended };
    return ended;
  };
  const isFree = ({ set, chore }: Task, known: SetKnown): boolean =>
    known.running === undefined &&
    lanes.holder(set) === undefined &&
    // What was never saved cannot be checked, proven or dropped.
    (chore === 'save' || known.savedAt !== undefined) &&
    (chore !== 'prune' || hindrance() === undefined);
  const isReady = ({ jitterMs }: Task, due: Due): boolean =>
    (due.isFirst ? due.at : Math.max(due.at, awakeSince) + jitterMs) <= now();
  const next = (sets: readonly SetKnown[]): { task: Task; known: SetKnown; due: Due } | undefined => {
    for (const task of tasks) {
      const known = sets.find(({ name }) => name === task.set);
      if (!known || !isFree(task, known)) continue;
      const due = dueOf(task, { since: known.since, run: known.chores[task.chore] }, now());
      if (due && isReady(task, due)) return { task, known, due };
    }
    return undefined;
  };
  // Once in a life: what does not come back by itself, a person has to look at. Who verifies a save does it for that.
  const wake = async (signal: AbortSignal): Promise<void> => {
    for (const set of await backups.asleep()) {
      const job = freshId();
      const holder = { job, operation: OPERATION_OF.save, since: now(), bySchedule: true };
      if (wakened.has(set) || lanes.take(set, holder)) continue;
      wakened.add(set);
      await wakeLeftOver(deps, set, signal)
        .catch((err: unknown) => log.error({ err, set }, 'what a backup stopped is not started'))
        .finally(() => lanes.leave(set, job));
    }
  };
  const look = async (signal: AbortSignal): Promise<void> => {
    notice();
    await wake(signal);
    if (tasks.length === 0 || current) return;
    const sets = await backups.known();
    const isAsked = now() < quietUntil || lanes.holders().some(({ operation }) => FIRST.has(operation));
    const found = isAsked || current || signal.aborted ? undefined : next(sets);
    if (found) await begin(found.task, found.known, found.due, signal);
  };

  return {
    look,
    awakeMs: () => now() - awakeSince,
    async recover() {
      if (tasks.length === 0) return;
      const sets = await backups.known();
      for (const task of tasks) {
        const run = sets.find(({ name }) => name === task.set)?.chores[task.chore];
        if (run?.failure?.code === INTERRUPTED) await endLeftOver(deps, task);
      }
    },
    async run(signal) {
      while (!signal.aborted) {
        void look(signal).catch((err: unknown) => log.error({ err }, 'the schedule cannot look'));
        await sleep(everyMs, undefined, { signal }).catch(() => {});
      }
      await current?.ended;
    },
    makeWay(operation) {
      if (!FIRST.has(operation)) return undefined;
      quietUntil = now() + PATIENCE_MS;
      if (!current) return undefined;
      current.stop.abort();
      lanes.leave(current.set, current.job);
      return current.ended;
    },
  };
}
