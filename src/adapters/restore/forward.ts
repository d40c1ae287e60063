import { Problem, sentenceOf } from '#src/kit/problem.ts';
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
      record = await write({ ...record, ...more, phase });
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
      const [sick] = (await wake(record)).unwell;
      // What cannot be noted now stands as it was noted before, and is stepped back from again.
      await noteBack(record).catch(() => {});
      throw sick ? notBack(error, sick) : error;
    }
    if (record.phase === 'swapping') {
      // Empty by now: what is in the way of taking them away goes with the record.
      await dropStages(record.stages).catch(() => {});
      // What is stopped runs again whatever can be written; the end of it is written once more.
      await to('resuming').catch(() => {});
    }
    const outcome = await wake(record);
    const swapped = { id: record.id, paths, old: await keptOf(record), ...outcome };
    await to('done').catch((error) => Promise.reject(inPlaceUnwritten(swapped, error)));
    return swapped;
  }

  async function stepBack(record: RestoreRecord): Promise<Woken> {
    const woken = await wake(record);
    await noteBack(record);
    return woken;
  }

  async function wake({ paused }: RestoreRecord): Promise<Woken> {
    return await resume(workloads, paused, AbortSignal.timeout(RESUME_MS));
  }

  async function noteBack(record: RestoreRecord): Promise<void> {
    if (record.kind === 'undo') await records.forget(record);
    else await write({ ...record, phase: 'staged', paused: [] });
  }

  async function write(record: RestoreRecord): Promise<RestoreRecord> {
    return await records.write(record).catch((cause) => Promise.reject(unwritten(cause)));
  }
}

function unwritten(cause: unknown): Problem {
  const words = `How far it is could not be written down: ${sentenceOf(cause)}. What was there is as it was. Make room for the state of the node, then ask again.`;
  return new Problem('restore-unwritten', words, { cause });
}

/** It stands on record as if it were still being put in place: the next restore or undo of the set writes down its end. */
function inPlaceUnwritten({ paths, resumed, unwell }: Swapped, problem: unknown): Problem {
  const cause = problem instanceof Problem ? problem.cause : problem;
  const words = [
    `It is in place: ${paths.join(', ')}.`,
    ...resumed.map((name) => `${name} runs again.`),
    ...unwell.map(({ name, reason }) => `${name} did not come back: ${reason}`),
    `But that could not be written down: ${sentenceOf(cause)}. Make room for the state of the node. What was there before is kept: /restore_undo`,
  ];
  return new Problem('restore-unwritten', words.join(' '), { cause });
}

async function keptOf({ roots }: RestoreRecord): Promise<string[]> {
  const old: string[] = [];
  for (const root of roots) if (await isThere(root.old)) old.push(root.old);
  return old;
}
