import { Problem } from '#src/kit/problem.ts';
import type { Swapped } from '#src/operation/backups.ts';
import type { Workloads } from '#src/operation/tools.ts';
import type { Records, RestoreRecord, Root } from './record.ts';
import { dropStages } from './stage.ts';
import { isThere, swapIn } from './swap.ts';
import { pause, resume, runningOf } from './users.ts';

/** How long workloads may take to come back, in ms; nobody can cancel that. */
const RESUME_MS = 10 * 60_000;

/** The way from what is staged to what is in place. */
export interface Forward {
  /** Goes on from where the record stands to its end; `users` are paused if it stands at the beginning. Until it swaps, the signal ends it and all is as it was. */
  goOn(record: RestoreRecord, users: readonly string[], signal: AbortSignal): Promise<Swapped>;
  /** What is there stays: its users run again, and what is staged waits for another try. An undo is as if it was never asked for. */
  stepBack(record: RestoreRecord): Promise<void>;
}

/** Goes forward on record: each phase is written before what it allows is done. */
export function createForward({ records, workloads }: { records: Records; workloads: Workloads }): Forward {
  return { goOn, stepBack };

  async function goOn(from: RestoreRecord, users: readonly string[], signal: AbortSignal): Promise<Swapped> {
    let record = from;
    const to = async (phase: RestoreRecord['phase'], more: Partial<RestoreRecord> = {}): Promise<void> => {
      record = await records.write({ ...record, ...more, phase });
    };
    try {
      if (record.phase === 'staged') await to('pausing', { paused: await runningOf(workloads, users, signal) });
      if (record.phase === 'pausing') {
        await pause(workloads, record.paused, signal);
        signal.throwIfAborted();
        await to('swapping');
      }
      if (record.phase === 'swapping') await swapIn(record.roots);
    } catch (error) {
      // Half of it stands: nobody may use it until somebody has looked, and the next try goes on from there.
      if (!(error instanceof Problem && error.code === 'restore-half')) await stepBack(record);
      throw error;
    }
    if (record.phase === 'swapping') {
      await dropStages(record.stages);
      await to('resuming');
    }
    const outcome = await resume(workloads, record.paused, AbortSignal.timeout(RESUME_MS));
    await to('done');
    const old: string[] = [];
    for (const root of record.roots) if (await isThere(root.old)) old.push(root.old);
    return { paths: record.roots.map(({ path }) => path), old, ...outcome };
  }

  async function stepBack(record: RestoreRecord): Promise<void> {
    await resume(workloads, record.paused, AbortSignal.timeout(RESUME_MS));
    const undone = record.kind === 'undo';
    const roots = undone ? record.roots.map(turned) : record.roots;
    await records.write({ ...record, phase: undone ? 'done' : 'staged', roots, paused: [] });
  }
}

/** An undo as the restore that it would have undone. */
function turned({ path, staged, old }: Root): Root {
  return { path, had: staged !== undefined, old: staged ?? old };
}
