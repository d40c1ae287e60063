import { isAhead } from '#src/kit/ahead.ts';
import { Problem, sentenceOf } from '#src/kit/problem.ts';
import type { Snapshot } from '#src/operation/backups.ts';
import type { Repository } from '../restic/repository.ts';
import { snapshotOf, tagOfSet } from './tags.ts';

/** A destination with its repository. */
export interface Place {
  destination: string;
  /** Where it is when that is a folder of this machine. */
  path: string | undefined;
  /** How much of it should stay free, in per cent. */
  leastPercent: number;
  repository: Repository;
  /** ms since 1970. */
  now: () => number;
}

/** The backups of a set at one destination, oldest first. */
export async function snapshotsAt(
  { destination, repository, now }: Place,
  host: string,
  set: string | undefined,
  signal: AbortSignal,
): Promise<Snapshot[]> {
  const lines = await repository.snapshots({ host, tag: set === undefined ? undefined : tagOfSet(set) }, signal);
  const found = lines.flatMap((line) => snapshotOf(line, destination) ?? []);
  return found.map((one) => (isAhead(one.at, now()) ? { ...one, isAhead: true } : one));
}

/** All backups of files of a set that can be reached, oldest first. Throws what the first destination said when none can be. */
export async function filesOf(...asked: Parameters<typeof backupsOf>): Promise<Snapshot[]> {
  return (await backupsOf(...asked)).filter(({ part }) => part === 'files');
}

/** All backups of a set that can be reached, oldest first. Throws what the first destination said when none can be. */
export async function backupsOf(
  places: readonly Place[],
  host: string,
  set: string,
  signal: AbortSignal,
): Promise<Snapshot[]> {
  const found = await Promise.allSettled(places.map((place) => snapshotsAt(place, host, set, signal)));
  const [silent] = found.filter((one) => one.status === 'rejected');
  if (silent && found.every(({ status }) => status === 'rejected')) throw silent.reason;
  const all = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  return all.sort((a, b) => a.at - b.at);
}

/** The place of a backup. */
export function placeOf(places: readonly Place[], { destination }: Snapshot): Place {
  const place = places.find((one) => one.destination === destination);
  if (!place) throw new Error('a snapshot is where no place is');
  return place;
}

/** The backup that an id means, or the newest ordinary one; of those that are dated later than now only where there is no other. Throws Problem `unknown-snapshot`. */
export function pick(
  snapshots: readonly Snapshot[],
  set: string,
  id: string | undefined,
  what = 'the files',
): Snapshot {
  const found =
    id === undefined
      ? (snapshots.findLast(({ emergency, isAhead: wrong }) => !emergency && !wrong) ??
        snapshots.findLast(({ emergency }) => !emergency))
      : snapshots.findLast((one) => one.id.startsWith(id));
  if (found) return found;
  const words =
    id === undefined
      ? `There is no backup of ${what} of ${set} yet. Make one: /backup`
      : `There is no backup ${id} of ${what} of ${set}. See /backups`;
  throw new Problem('unknown-snapshot', words);
}

/** Does something at each place, one after the other; what a place cannot do becomes its reason. */
export async function atEach<T>(
  places: readonly Place[],
  act: (place: Place) => Promise<T>,
  signal: AbortSignal,
): Promise<{ destination: string; value: T | undefined; reason?: string; code?: string; error?: unknown }[]> {
  const outcomes = [];
  for (const place of places) {
    const { destination } = place;
    try {
      outcomes.push({ destination, value: await act(place) });
    } catch (error) {
      signal.throwIfAborted();
      const code = error instanceof Problem ? error.code : 'restic';
      outcomes.push({ destination, value: undefined, reason: sentenceOf(error), code, error });
    }
  }
  return outcomes;
}
