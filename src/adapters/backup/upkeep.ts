import { Problem } from '#src/kit/problem.ts';
import type { Backups } from '#src/operation/backups.ts';
import type { Keep } from '../restic/repository.ts';
import type { Records } from '../restore/record.ts';
import type { Place } from './find.ts';
import { atEach, filesOf, pick, placeOf, snapshotsAt } from './find.ts';
import type { BackupDeps, Places } from './ground.ts';
import type { History } from './history.ts';
import { setOf } from './sets.ts';
import { sweep } from './sweep.ts';
import { tagOfSet } from './tags.ts';

type Upkeep = Pick<Backups, 'list' | 'check' | 'diff' | 'unlock' | 'prune'>;

/** Looks after the repositories: what is there, whether it is sound, and what may go. */
export function createUpkeep(
  { spec, node, now }: BackupDeps,
  { places, history, restores }: { places: Places; history: History; restores: Records },
): Upkeep {
  return {
    async list(set, signal) {
      const sizeOf = await history.sizes();
      const look = async (place: Place) => {
        const found = await snapshotsAt(place, node, set, signal);
        return found.reverse().map((one) => ({
          ...one,
          bytes: sizeOf(one.id)?.bytes,
          addedBytes: sizeOf(one.id)?.addedBytes,
          ageMs: now() - one.at,
        }));
      };
      const outcomes = await atEach(set === undefined ? places.all() : places.of(set), look, signal);
      return outcomes.map(({ destination, value, reason }) => ({ destination, snapshots: value ?? [], reason }));
    },
    async check(set, readPercent, signal) {
      const outcomes = await atEach(places.of(set), ({ repository }) => repository.check(readPercent, signal), signal);
      return outcomes.map(({ destination, reason, code }) => ({ destination, reason, code }));
    },
    async diff(set, { older, newer }, signal) {
      const all = await filesOf(places.of(set), node, set, signal);
      const to = pick(all, set, newer);
      const earlier = all.filter(({ at, destination }) => at < to.at && destination === to.destination);
      if (older === undefined && !earlier.some(({ emergency }) => !emergency))
        throw new Problem(
          'unknown-snapshot',
          `There is only one backup of the files of ${set} at ${to.destination} yet. Make another: /backup`,
        );
      const from =
        older === undefined
          ? pick(earlier, set, undefined)
          : pick(
              all.filter(({ destination }) => destination === to.destination),
              set,
              older,
            );
      const { repository } = placeOf(places.of(set), to);
      return { older: from, newer: to, ...(await repository.diff(from.id, to.id, signal)) };
    },
    async unlock(set, signal) {
      const outcomes = await atEach(places.of(set), ({ repository }) => repository.unlock(signal), signal);
      return outcomes.map(({ destination, value, reason }) => ({ destination, left: value ?? 0, reason }));
    },
    async prune(set, signal) {
      const { keep, paths } = setOf(spec, set);
      const dropAt = async (place: Place) => {
        const ahead = (await snapshotsAt(place, node, set, signal)).filter(({ isAhead }) => isAhead).length;
        const of = { host: node, tag: tagOfSet(set), keep: keepBeside(keep, ahead) };
        return await place.repository.prune(of, signal);
      };
      const outcomes = await atEach(places.of(set), dropAt, signal);
      await sweep({ set, paths, restores }, now() - spec.keepOld);
      return outcomes.map(({ destination, value, reason, code }) => ({
        ...{ destination, kept: value?.kept ?? 0, removed: value?.removed ?? 0, reason, code },
      }));
    },
  };
}

/** What is dated later than now is always among the newest, and takes no place of those that are right. */
function keepBeside(keep: Keep, ahead: number): Keep {
  return Object.fromEntries(Object.entries(keep).map(([age, n]) => [age, n ? n + ahead : n]));
}
