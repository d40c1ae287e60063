import { Problem } from '#src/kit/problem.ts';
import type { Backups, PartSaved } from '#src/operation/backups.ts';
import type { Woken } from '#src/operation/restores.ts';
import { notBack } from '../restore/users.ts';
import type { Outcome } from './each.ts';
import type { Place } from './find.ts';

/** Parts of a set that are saved at a place, and what the first dump said that was not. */
export interface Made {
  saved: PartSaved[];
  broken?: Problem | undefined;
}

/** Saves one dump after the other. A database that is down does not keep the rest of its set from being saved; a destination that fails does. */
export async function saveDumps<D extends { part: string }>(
  save: (dump: D) => Promise<PartSaved>,
  dumps: readonly D[],
  signal: AbortSignal,
): Promise<Made> {
  const saved: PartSaved[] = [];
  let broken: Problem | undefined;
  for (const dump of dumps)
    try {
      saved.push(await save(dump));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Problem) || error.code !== 'dump') throw error;
      broken ??= told(error, `Dump ${dump.part}: ${error.message}`);
    }
  return { saved, broken };
}

/** What each destination has come to; one that failed in anything does not have the set. Throws what the first said when none has it. */
export function sumUp(
  set: string,
  targets: readonly Pick<Place, 'destination'>[],
  outcomes: readonly Outcome<Made>[],
  woken: Woken | undefined,
): Awaited<ReturnType<Backups['save']>> {
  const failed = targets.flatMap(({ destination }) => failureAt(destination, outcomes, set) ?? []);
  const [sick] = woken?.unwell ?? [];
  if (failed.length === targets.length) throw sick ? notBack(failed[0]?.error, sick) : failed[0]?.error;
  const whole = targets.filter((target) => !failed.some(({ destination }) => destination === target.destination));
  const partsAt = (at: string) =>
    outcomes.flatMap(({ destination, value }) => (destination === at ? (value?.saved ?? []) : []));
  return {
    parts: whole.flatMap(({ destination }) => partsAt(destination)),
    failed: failed.map(({ destination, reason, code }) => ({ destination, reason, code })),
    woken,
  };
}

interface Failure {
  destination: string;
  reason: string;
  code: string | undefined;
  error: unknown;
}

function failureAt(destination: string, outcomes: readonly Outcome<Made>[], set: string): Failure | undefined {
  const own = outcomes.filter((one) => one.destination === destination);
  const lost = own.find(({ reason }) => reason !== undefined);
  if (lost) return { destination, reason: lost.reason ?? '', code: lost.code, error: lost.error };
  const broken = own.find(({ value }) => value?.broken)?.value?.broken;
  if (!broken) return undefined;
  const isAlone = own.every(({ value }) => !value?.saved.length);
  const error = isAlone ? broken : told(broken, `${broken.message} The rest of ${set} is saved.`);
  return { destination, reason: error.message, code: error.code, error };
}

/** The same in other words. */
function told(cause: Problem, words: string): Problem {
  return new Problem(cause.code, words, { cause, ...(cause.evidence ? { evidence: cause.evidence } : {}) });
}
