import { believed } from '#src/kit/ahead.ts';
import type { Chore, PlaceSaved, SetKnown } from '#src/operation/backupKnown.ts';
import { CHORES } from '#src/operation/backupKnown.ts';
import type { Backups } from '#src/operation/backups.ts';
import { calendarOf } from '../calendar.ts';
import type { BackupDeps } from './ground.ts';
import type { Records, SetRecord } from './record.ts';
import type { SetSpec } from './setSpec.ts';
import { destinationsOf, partsOf } from './sets.ts';
import type { BackupSpec } from './spec.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How old a backup may be that nobody said anything about, in ms. */
const DAY_MS = 24 * HOUR_MS;

const NEVER = { doneAt: undefined, tookMs: undefined, triedAt: undefined, failure: undefined };

/** The schedule of a chore of a set, as its configuration has it. */
export function scheduleOf({ schedule, check, drill, prune }: SetSpec, chore: Chore): string | undefined {
  return { save: schedule, check, drill, prune }[chore];
}

/** What is known of sets from what was done with them. */
export function createKnown(
  { spec, now }: Pick<BackupDeps, 'spec' | 'now'>,
  { records, busy }: { records: Records; busy: Map<string, Chore> },
): Pick<Backups, 'known'> {
  const sets = Object.entries(spec.sets).map(([name, set]) => ({ name, set, ...boundsOf(spec, set) }));
  return {
    async known() {
      return await Promise.all(
        sets.map(async ({ name, set, maxAgeMs, maxDrillAgeMs }): Promise<SetKnown> => {
          const record = await records.of(name);
          const { since, chores, unread, unreadCount, proven } = record;
          const destinations = destinationsOf(spec, set);
          const time = now();
          const saved = savedAt(record, { destinations, maxAgeMs, now: time });
          const oldest = lowest(saved.map(({ at }) => at));
          const agoOf = (at: number | undefined) => (at === undefined ? undefined : Math.max(0, time - at));
          const run = (chore: Chore) => {
            const found = { failures: 0, ...NEVER, ...chores[chore] };
            const doneAt = believed(found.doneAt, time);
            return { ...found, doneAt, agoMs: agoOf(doneAt) };
          };
          return {
            ...{ name, destinations, since, unread, unreadCount, proven, sizeFactor: set.sizeFactor },
            scheduled: CHORES.filter((chore) => scheduleOf(set, chore) !== undefined),
            chores: { save: run('save'), check: run('check'), drill: run('drill'), prune: run('prune') },
            running: busy.get(name),
            ...{ saved, savedAt: oldest, savedAgoMs: agoOf(oldest) },
            ...{ maxAgeMs, maxDrillAgeMs, isLate: saved.some(({ isLate }) => isLate) },
            ...sizesOf(record, destinations, partsOf(set)),
          };
        }),
      );
    },
  };
}

/** What each destination has. One that never had anything is late by the first save that it missed, and what is dated later than now is never fresh. */
function savedAt(
  { since, places, wanted }: SetRecord,
  { destinations, maxAgeMs, now }: { destinations: readonly string[]; maxAgeMs: number; now: number },
): PlaceSaved[] {
  const times = destinations.map((destination) => believed(places[destination], now));
  const begin = Math.max(believed(since, now) ?? now, ...times.flatMap((at) => at ?? []));
  return destinations.map((destination, n) => {
    const [noted, at] = [places[destination], times[n]];
    if (noted !== undefined && at === undefined) return { destination, at, isLate: true, aheadAt: noted };
    const from = at ?? believed(wanted[destination], now) ?? begin;
    return { destination, at, isLate: now - from > maxAgeMs, aheadAt: undefined };
  });
}

/** Of the parts that the set has today: nothing is waited for of one that was taken out. */
function sizesOf(
  { parts }: SetRecord,
  destinations: readonly string[],
  wanted: readonly string[],
): Pick<SetKnown, 'sizes' | 'bytes'> {
  const sizes = destinations.flatMap((destination) =>
    Object.entries(parts[destination] ?? {})
      .filter(([part]) => wanted.includes(part))
      .map(([part, { sizes: bytes }]) => ({ destination, part, bytes })),
  );
  const sums = destinations.map((destination) =>
    sizes.filter((one) => one.destination === destination).reduce((sum, { bytes }) => sum + (bytes.at(-1) ?? 0), 0),
  );
  return { sizes, bytes: sizes.length === 0 ? undefined : Math.max(...sums) };
}

function boundsOf({ timezone }: BackupSpec, { schedule, drill, maxAge, maxDrillAge }: SetSpec) {
  const from = (text: string | undefined) =>
    text === undefined ? undefined : boundOf(calendarOf(text, timezone).gapMs());
  return { maxAgeMs: maxAge ?? from(schedule) ?? DAY_MS, maxDrillAgeMs: maxDrillAge ?? from(drill) };
}

/** A quarter of the pause for being late, half an hour at least and half a day at most. */
function boundOf(gapMs: number): number {
  return gapMs + Math.min(Math.max(gapMs / 4, HOUR_MS / 2), 12 * HOUR_MS);
}

function lowest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
