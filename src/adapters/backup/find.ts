import { isAhead } from '#src/kit/ahead.ts';
import { Problem } from '#src/kit/problem.ts';
import type { DestinationFailed } from '#src/operation/destinationFailed.ts';
import type { Snapshot } from '#src/operation/snapshot.ts';
import type { Repository } from '../restic/repository.ts';
import { hear } from './each.ts';
import { snapshotOf, tagOfSet } from './tags.ts';

/** How long a plan or a look waits for those that have not answered yet, in ms, once one has: a plan of a restore has twenty seconds in all. */
const PLAN_ANSWER_MS = 2500;

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

/** What was found where somebody answered, oldest first, and who did not. */
export interface Heard {
  found: Snapshot[];
  silent: DestinationFailed[];
}

/** How long to wait for those that have not answered, in ms, once one has; and the id of the one backup that is looked for. */
interface Asking {
  withinMs?: number | undefined;
  id?: string | undefined;
}

/** All backups of files of a set. Throws what the first destination said when none answers. */
export async function filesOf(...asked: Parameters<typeof backupsOf>): Promise<Heard> {
  const { found, silent } = await backupsOf(...asked);
  return { found: found.filter(({ part }) => part === 'files'), silent };
}

/** All backups of a set. Throws what the first destination said when none answers. */
export async function backupsOf(
  places: readonly Place[],
  host: string,
  set: string,
  signal: AbortSignal,
  { withinMs = PLAN_ANSWER_MS, id }: Asking = {},
): Promise<Heard> {
  const isEnough = (found: readonly Snapshot[]) => id !== undefined && found.some((one) => one.id.startsWith(id));
  const look = (place: Place, limit: AbortSignal) => snapshotsAt(place, host, set, limit);
  const outcomes = await hear(places, look, { withinMs, isEnough }, signal);
  if (outcomes[0] && outcomes.every(({ value }) => value === undefined)) throw outcomes[0].error;
  return {
    found: outcomes.flatMap(({ value = [] }) => value).sort((a, b) => a.at - b.at),
    silent: outcomes.flatMap(({ destination, reason, code }) =>
      reason === undefined ? [] : { destination, reason, code },
    ),
  };
}

/** The place of a backup. */
export function placeOf(places: readonly Place[], { destination }: Snapshot): Place {
  const place = places.find((one) => one.destination === destination);
  if (!place) throw new Error('a snapshot is where no place is');
  return place;
}

/** The backup that an id means, or the newest ordinary one; of those that are dated later than now only where there is no other. Throws Problem `unknown-snapshot`, or what is the matter with who did not answer: it may be there. */
export function pick({ found, silent }: Heard, set: string, id: string | undefined, what = 'the files'): Snapshot {
  const one =
    id === undefined
      ? (found.findLast(({ emergency, isAhead: wrong }) => !emergency && !wrong) ??
        found.findLast(({ emergency }) => !emergency))
      : found.findLast((each) => each.id.startsWith(id));
  if (one) return one;
  const none = id === undefined ? `no backup of ${what} of ${set}` : `no backup ${id} of ${what} of ${set}`;
  if (silent[0])
    throw new Problem(
      silent[0].code ?? 'backup-unreachable',
      `Found ${none}, but not all could be asked: ${silentText(silent)}`,
    );
  throw new Problem(
    'unknown-snapshot',
    id === undefined ? `There is ${none} yet. Make one: /backup` : `There is ${none}. See /backups`,
  );
}

/** Who was not heard and why, in one line. */
export function silentText(silent: readonly DestinationFailed[]): string {
  return silent.map(({ destination, reason }) => `${destination}: ${reason}`).join(' ');
}
