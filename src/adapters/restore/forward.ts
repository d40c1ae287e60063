import { Problem } from '#src/kit/problem.ts';
import type { Swapped, Woken } from '#src/operation/restores.ts';
import type { Workloads } from '#src/operation/tools.ts';
import { isThere } from './identity.ts';
import type { Records, RestoreRecord } from './record.ts';
import { dropStages } from './stage.ts';
import type { Swapper } from './swap.ts';
import { refuseGone } from './swap.ts';
import { notBack, pause, resume, runningOf } from './users.ts';

/** How long workloads may take to come back, in ms; nobody can cancel that. */
const RESUME_MS = 10 * 60_000;

/** What goes forward works with; `look` throws when a path is not where it should be, such as below a link. */
export interface ForwardDeps {
  records: Records;
  workloads: Workloads;
  swapper: Swapper;
  /** ms since 1970. */
  now: () => number;
  look: (set: string, paths: readonly string[]) => Promise<void>;
}

/** The way from what is staged to what is in place. */
export interface Forward {
  /** Goes on from where the record stands to its end; `users` are paused if it stands at the beginning. Until it swaps, the signal ends it and all is as it was. */
  goOn(record: RestoreRecord, users: readonly string[], signal: AbortSignal): Promise<Swapped>;
  /** What is there stays, and its users run again. What is staged waits for another try; an undo is as if it was never asked for. */
  stepBack(record: RestoreRecord): Promise<Woken>;
}

/** Goes forward on record: each phase is written before what it allows is done. */
export function createForward({ records, workloads, swapper, look, now }: ForwardDeps): Forward {
  return { goOn, stepBack };

  async function goOn(from: RestoreRecord, users: readonly string[], signal: AbortSignal): Promise<Swapped> {
    let record = from;
    const to = async (phase: RestoreRecord['phase'], more: Partial<RestoreRecord> = {}): Promise<void> => {
      record = await records.write({ ...record, ...more, phase });
    };
    const paths = record.roots.map(({ path }) => path);
    const refuseUnready = async (): Promise<void> => {
      await look(record.set, paths);
      await refuseGone(record.roots);
    };
    try {
      if (record.phase === 'staged') {
        await refuseUnready();
        await to('pausing', { paused: await runningOf(workloads, users, signal) });
      }
      if (record.phase === 'pausing') {
        await pause(workloads, record.paused, signal);
        signal.throwIfAborted();
        // That may have taken minutes.
        await refuseUnready();
        await to('swapping', { swappedAt: now() });
      }
      if (record.phase === 'swapping') await swapper.swapIn(record.roots);
    } catch (error) {
      // Half of it stands: nobody may use it until somebody has looked, and the next try goes on from there.
      if (error instanceof Problem && error.code === 'restore-half') throw error;
      const [sick] = (await stepBack(record)).unwell;
      throw sick ? notBack(error, sick) : error;
    }
    if (record.phase === 'swapping') {
      await dropStages(record.stages);
      await to('resuming');
    }
    const outcome = await resume(workloads, record.paused, AbortSignal.timeout(RESUME_MS));
    await to('done');
    return { id: record.id, paths, old: await keptOf(record), ...outcome };
  }

  async function stepBack(record: RestoreRecord): Promise<Woken> {
    const woken = await resume(workloads, record.paused, AbortSignal.timeout(RESUME_MS));
    if (record.kind === 'undo') await records.forget(record);
    else await records.write({ ...record, phase: 'staged', paused: [] });
    return woken;
  }
}

async function keptOf({ roots }: RestoreRecord): Promise<string[]> {
  const old: string[] = [];
  for (const root of roots) if (await isThere(root.old)) old.push(root.old);
  return old;
}
