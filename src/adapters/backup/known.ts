import { access, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '#src/kit/problem.ts';
import type { Chore, PlaceKnown, SetKnown } from '#src/operation/backupKnown.ts';
import { CHORES } from '#src/operation/backupKnown.ts';
import type { Backups } from '#src/operation/backups.ts';
import { calendarOf } from '../calendar.ts';
import type { Place } from './find.ts';
import type { BackupDeps, Places } from './ground.ts';
import type { Reach } from './reach.ts';
import type { Records, SetRecord } from './record.ts';
import type { SetSpec } from './setSpec.ts';
import { destinationsOf } from './sets.ts';
import type { BackupSpec } from './spec.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How often a destination that is not a folder is asked whether it is there, in ms: seldom, and sooner when it was not. */
const ASK_MS = 6 * HOUR_MS;
const ASK_AGAIN_MS = 10 * MINUTE_MS;
/** How long its answer may take, in ms. */
const ANSWER_MS = 15_000;

/** The schedule of a chore of a set, as its configuration has it. */
export function scheduleOf({ schedule, check, drill, prune }: SetSpec, chore: Chore): string | undefined {
  return { save: schedule, check, drill, prune }[chore];
}

/** What is known of sets and destinations from what was done with them. */
export function createKnown(
  { spec, now }: Pick<BackupDeps, 'spec' | 'now'>,
  { places, records, reach, busy }: { places: Places; records: Records; reach: Reach; busy: Map<string, Chore> },
): Pick<Backups, 'known' | 'places'> {
  const sets = Object.entries(spec.sets).map(([name, set]) => ({ name, set, ...boundsOf(spec, set) }));
  const holds = async (destination: string): Promise<[string, SetRecord][]> => {
    const all = await Promise.all(sets.map(async ({ name }) => [name, await records.of(name)] as const));
    return all.flatMap(([set, record]) => (destination in record.places ? [[set, record]] : []));
  };
  return {
    async known() {
      return await Promise.all(
        sets.map(async ({ name, set, maxAgeMs, maxDrillAgeMs }): Promise<SetKnown> => {
          const { since, chores, places: saved, sizes, unread, proven } = await records.of(name);
          const destinations = destinationsOf(spec, set);
          const savedAt = destinations.reduce<number | undefined>((one, each) => later(one, saved[each]), undefined);
          const run = (chore: Chore) => {
            const found = { failures: 0, ...NEVER, ...chores[chore] };
            return { ...found, agoMs: found.doneAt === undefined ? undefined : Math.max(0, now() - found.doneAt) };
          };
          return {
            ...{ name, destinations, since, sizes, unread, proven, sizeFactor: set.sizeFactor },
            scheduled: CHORES.filter((chore) => scheduleOf(set, chore) !== undefined),
            chores: { save: run('save'), check: run('check'), drill: run('drill'), prune: run('prune') },
            running: busy.get(name),
            ...{ savedAt, savedAgoMs: savedAt === undefined ? undefined : Math.max(0, now() - savedAt) },
            ...{ maxAgeMs, maxDrillAgeMs, isLate: maxAgeMs !== undefined && now() - (savedAt ?? since) > maxAgeMs },
          };
        }),
      );
    },
    async places(signal) {
      return await Promise.all(
        places.all().map(async (place): Promise<PlaceKnown> => {
          const { destination } = place;
          const held = await holds(destination);
          const wantedBytes = Math.max(0, ...held.map(([, { addedBytes }]) => addedBytes));
          const isUsed = busy.size > 0;
          if (held.length > 0 && !isUsed) await ask(place, signal);
          const away = reach.away(destination);
          const room = held.length > 0 && !away ? await roomOf(place, wantedBytes) : undefined;
          return { destination, sets: held.map(([set]) => set), isUsed, away, room };
        }),
      );
    },
  };

  async function ask({ destination, path, repository }: Place, signal: AbortSignal): Promise<void> {
    const away = reach.away(destination);
    if (path !== undefined && away?.code !== 'backup-locked') {
      const isThere = await access(join(path, 'config')).then(
        () => true,
        () => false,
      );
      if (isThere && away?.code === NOT_THERE) reach.note(destination, undefined);
      if (!isThere) reach.note(destination, new Problem(NOT_THERE, notThere(destination)));
      return;
    }
    if (now() - reach.usedAt(destination) < (away ? ASK_AGAIN_MS : ASK_MS)) return;
    const soon = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    await repository.reach(away?.code === 'backup-locked', soon).catch((error: unknown) => {
      if (!signal.aborted && soon.aborted)
        reach.note(destination, new Problem('backup-unreachable', tooSlow(destination)));
      else if (!(error instanceof Problem)) throw error;
    });
  }
}

const NOT_THERE = 'backup-no-repository';
const NEVER = { doneAt: undefined, tookMs: undefined, triedAt: undefined, failure: undefined };

async function roomOf({ path, leastPercent }: Place, wantedBytes: number): Promise<PlaceKnown['room']> {
  const found = path === undefined ? undefined : await statfs(path).catch(() => undefined);
  if (!found) return undefined;
  const [freeBytes, totalBytes] = [found.bavail * found.bsize, found.blocks * found.bsize];
  return { freeBytes, totalBytes, wantedBytes, leastPercent };
}

function boundsOf({ timezone }: BackupSpec, { schedule, drill, maxAge, maxDrillAge }: SetSpec) {
  const from = (text: string | undefined) =>
    text === undefined ? undefined : boundOf(calendarOf(text, timezone).gapMs());
  return { maxAgeMs: maxAge ?? from(schedule), maxDrillAgeMs: maxDrillAge ?? from(drill) };
}

/** A quarter of the pause for being late, half an hour at least and half a day at most. */
function boundOf(gapMs: number): number {
  return gapMs + Math.min(Math.max(gapMs / 4, HOUR_MS / 2), 12 * HOUR_MS);
}

function later(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || (other !== undefined && other > one) ? other : one;
}

function notThere(destination: string): string {
  return `There is no repository at ${destination} any more. Is it mounted? If it is gone for good, make a new one: /backup with --new`;
}

function tooSlow(destination: string): string {
  return `The repository ${destination} does not answer. Is it up, and is the network? Try again.`;
}
