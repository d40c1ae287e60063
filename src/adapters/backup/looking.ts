import { statfs } from 'node:fs/promises';
import { Problem } from '#src/kit/problem.ts';
import type { Chore, PlaceKnown } from '#src/operation/backupKnown.ts';
import { endOf } from '#src/operation/backupKnown.ts';
import type { Backups } from '#src/operation/backups.ts';
import type { Place } from './find.ts';
import type { BackupDeps, Places } from './ground.ts';
import type { Seen } from './identity.ts';
import { compareRepository, lookAtFolder } from './identity.ts';
import type { Reach } from './reach.ts';
import type { Records, SetRecord } from './record.ts';
import { destinationsOf, partsOf } from './sets.ts';

const MINUTE_MS = 60_000;
/** How often a destination that is not a folder is asked what is there, in ms: seldom, and sooner when it was not well. */
const ASK_MS = 6 * 60 * MINUTE_MS;
const ASK_AGAIN_MS = 10 * MINUTE_MS;
/** How long its answer may take, in ms. */
const ANSWER_MS = 15_000;
const NOT_THERE = 'backup-no-repository';

/** Whether destinations can be used: folders are looked at, and others are asked now and then. */
export function createLooking(
  { spec, now }: Pick<BackupDeps, 'spec' | 'now'>,
  { places, records, reach, busy }: { places: Places; records: Records; reach: Reach; busy: Map<string, Chore> },
): Pick<Backups, 'places'> {
  const askedAt = new Map<string, number>();
  const users = (destination: string) =>
    Object.entries(spec.sets).filter(([, set]) => destinationsOf(spec, set).includes(destination));
  const holds = async (destination: string): Promise<Held[]> => {
    const all = await Promise.all(
      users(destination).map(async ([name, set]) => ({ name, record: await records.of(name), parts: partsOf(set) })),
    );
    return all.filter(({ record }) => destination in record.places);
  };
  return {
    async places(signal) {
      return await Promise.all(
        places.all().map(async (place): Promise<PlaceKnown> => {
          const { destination } = place;
          const held = await holds(destination);
          const isUsed = busy.size > 0;
          if (held.length > 0 && !isUsed) await look(place, newestAt(destination, held), signal);
          // Nothing mends what nobody uses any more.
          const troubles = users(destination).length > 0 ? await reach.troubles(destination) : [];
          const isAway = troubles.some(({ code }) => endOf(code) === 'use');
          const wantedBytes = Math.max(0, ...held.map(({ record }) => record.addedBytes));
          const room = held.length > 0 && !isAway ? await roomOf(place, wantedBytes) : undefined;
          return { destination, sets: held.map(({ name }) => name), isUsed, troubles, room };
        }),
      );
    },
  };

  async function look(place: Place, newest: readonly string[], signal: AbortSignal): Promise<void> {
    const { destination, path } = place;
    const { id, digest } = await reach.identity(destination);
    const seen = path === undefined ? undefined : await lookAtFolder(path);
    if (path !== undefined) await reach.tell(destination, NOT_THERE, seen ? undefined : notThere(destination));
    if (path !== undefined && !seen) return;
    const isSame = seen !== undefined && id !== undefined && digest === seen.digest;
    if (isSame) await compareRepository(reach, destination, { ...seen, id, newest });
    if (!(await isDue(destination, { isSame, isUnknown: seen !== undefined || id === undefined }))) return;
    askedAt.set(destination, now());
    await ask(place, { seen, newest }, signal);
  }

  async function ask(
    { destination, repository }: Place,
    { seen, newest }: { seen: Seen | undefined; newest: readonly string[] },
    signal: AbortSignal,
  ): Promise<void> {
    const isLocked = (await reach.troubles(destination)).some(({ code }) => code === 'backup-locked');
    const soon = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    try {
      const id = await repository.reach(isLocked, soon);
      if (id === undefined) return;
      const snapshots = seen?.snapshots ?? (await repository.ids(soon));
      await compareRepository(reach, destination, { id, digest: seen?.digest, snapshots, newest });
    } catch (error) {
      if (!signal.aborted && soon.aborted)
        await reach.note(destination, { kind: 'read' }, new Problem('backup-unreachable', tooSlow(destination)));
      else if (!(error instanceof Problem)) throw error;
    }
  }

  /** A folder whose repository is known is not asked for it again, unless it is said to be locked. */
  async function isDue(
    destination: string,
    { isSame, isUnknown }: { isSame: boolean; isUnknown: boolean },
  ): Promise<boolean> {
    const ends = (await reach.troubles(destination)).map(({ code }) => endOf(code));
    const isLong = (at: number | undefined, ms = ASK_AGAIN_MS) => at === undefined || now() - at >= ms;
    const asked = askedAt.get(destination);
    if (isSame) return ends.includes('lock') && isLong(reach.usedAt(destination));
    if (ends.includes('use') || ends.includes('lock')) return isLong(reach.usedAt(destination));
    if (isUnknown || ends.includes('look')) return isLong(asked);
    return isLong(asked ?? reach.usedAt(destination), ASK_MS);
  }
}

/** A set with backups at a destination, and the parts that it has today. */
interface Held {
  name: string;
  record: SetRecord;
  parts: readonly string[];
}

/** The newest backups that a destination should have, by their short ids. */
function newestAt(destination: string, held: readonly Held[]): string[] {
  return held.flatMap(({ record, parts }) =>
    parts.flatMap((part) => record.parts[destination]?.[part]?.snapshot ?? []),
  );
}

async function roomOf({ path, leastPercent }: Place, wantedBytes: number): Promise<PlaceKnown['room']> {
  const found = path === undefined ? undefined : await statfs(path).catch(() => undefined);
  if (!found) return undefined;
  const [freeBytes, totalBytes] = [found.bavail * found.bsize, found.blocks * found.bsize];
  return { freeBytes, totalBytes, wantedBytes, leastPercent };
}

function notThere(destination: string): string {
  return `There is no repository at ${destination} any more. Is it mounted? If it is gone for good, make a new one: /backup with --new`;
}

function tooSlow(destination: string): string {
  return `The repository ${destination} does not answer. Is it up, and is the network? Try again.`;
}
