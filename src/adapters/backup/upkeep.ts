import { Problem } from '#src/kit/problem.ts';
import type { Backups, Follow } from '#src/operation/backups.ts';
import type { Keep } from '../restic/repository.ts';
import type { Records } from '../restore/record.ts';
import { atEach, hear } from './each.ts';
import type { Place } from './find.ts';
import { filesOf, pick, placeOf, snapshotsAt } from './find.ts';
import type { BackupDeps, Places } from './ground.ts';
import type { History } from './history.ts';
import { setOf } from './sets.ts';
import { sweep } from './sweep.ts';
import { tagOfSet } from './tags.ts';

/** How long a look waits for those that have not answered yet, in ms. */
const LIST_ANSWER_MS = 10_000;
/** How long counting what would be dropped may take, in ms: a plan has five seconds in all. */
const COUNT_MS = 3500;
const NOT_TOLD = 'It did not tell it in time.';

type Upkeep = Pick<Backups, 'list' | 'check' | 'diff' | 'unlock' | 'planPrune' | 'prune'>;

/** Looks after the repositories: what is there, whether it is sound, and what may go. */
export function createUpkeep(
  { spec, node, now }: BackupDeps,
  { places, history, restores }: { places: Places; history: History; restores: Records },
): Upkeep {
  return {
    async list(set, signal) {
      const sizeOf = await history.sizes();
      const look = async (place: Place, limit: AbortSignal) => {
        const found = await snapshotsAt(place, node, set, limit);
        return found.reverse().map((one) => ({
          ...one,
          bytes: sizeOf(one.id)?.bytes,
          addedBytes: sizeOf(one.id)?.addedBytes,
          ageMs: now() - one.at,
        }));
      };
      const asked = set === undefined ? places.all() : places.of(set);
      const outcomes = await hear(asked, look, { withinMs: LIST_ANSWER_MS }, signal);
      return outcomes.map(({ destination, value, reason }) => ({ destination, snapshots: value ?? [], reason }));
    },
    async check(set, readPercent, signal, follow) {
      const check = ({ destination, repository }: Place) =>
        repository.check(readPercent, signal, followAt(destination, follow));
      const outcomes = await atEach(places.of(set), check, signal);
      return outcomes.map(({ destination, reason, code }) => ({ destination, reason, code }));
    },
    async diff(set, { older, newer }, signal) {
      const { found, silent } = await filesOf(places.of(set), node, set, signal, { withinMs: LIST_ANSWER_MS });
      const to = pick({ found, silent }, set, newer);
      const there = found.filter(({ destination }) => destination === to.destination);
      const earlier = there.filter(({ at }) => at < to.at);
      if (older === undefined && !earlier.some(({ emergency }) => !emergency))
        throw new Problem(
          'unknown-snapshot',
          `There is only one backup of the files of ${set} at ${to.destination} yet. Make another: /backup`,
        );
      const from = pick({ found: older === undefined ? earlier : there, silent: [] }, set, older);
      const { repository } = placeOf(places.of(set), to);
      return { older: from, newer: to, ...(await repository.diff(from.id, to.id, signal)) };
    },
    async unlock(set, signal) {
      const outcomes = await atEach(places.of(set), ({ repository }) => repository.unlock(signal), signal);
      return outcomes.map(({ destination, value, reason }) => ({ destination, left: value ?? 0, reason }));
    },
    async planPrune(set, signal) {
      const { keep } = setOf(spec, set);
      const limit = AbortSignal.any([signal, AbortSignal.timeout(COUNT_MS)]);
      const count = (place: Place, each: AbortSignal) => forget(place, { set, keep, dryRun: true }, each);
      const found = await hear(places.of(set), count, { withinMs: COUNT_MS }, limit).catch(() => undefined);
      signal.throwIfAborted();
      const silent = () =>
        places.of(set).map(({ destination }) => ({ destination, value: undefined, reason: NOT_TOLD }));
      return {
        keep,
        places: (found ?? silent()).map(({ destination, value, reason }) => ({
          ...{ destination, kept: value?.kept ?? 0, removed: value?.removed ?? 0, reason },
        })),
      };
    },
    async prune(set, signal, follow) {
      const { keep, paths } = setOf(spec, set);
      const drop = async (place: Place) => {
        const { destination, repository } = place;
        const counts = await forget(place, { set, keep }, signal);
        const [data] = await atEach(
          [{ destination }],
          () => repository.prune(signal, followAt(destination, follow)),
          signal,
        );
        return { ...counts, reason: data?.reason, code: data?.code };
      };
      const outcomes = await atEach(places.of(set), drop, signal);
      const left = await sweep({ set, paths, restores }, { before: now() - spec.keepOld, now: now() });
      return [
        ...outcomes.map(({ destination, value, reason, code }) => ({
          ...{ destination, kept: value?.kept ?? 0, removed: value?.removed ?? 0 },
          ...{ reason: value?.reason ?? reason, code: value?.code ?? code },
        })),
        ...left.slice(0, 1).map(({ path, reason }) => ({
          ...{ destination: 'what restores left here', kept: 0, removed: 0, code: 'left-over' },
          reason: `${left.length} of it cannot be taken away: ${path}: ${reason}`,
        })),
      ];
    },
  };

  async function forget(
    place: Place,
    { set, keep, dryRun = false }: { set: string; keep: Keep; dryRun?: boolean },
    signal: AbortSignal,
  ): Promise<{ kept: number; removed: number }> {
    const ahead = (await snapshotsAt(place, node, set, signal)).filter(({ isAhead }) => isAhead).length;
    const of = { host: node, tag: tagOfSet(set), keep: keepBeside(keep, ahead), dryRun };
    return await place.repository.forget(of, signal);
  }
}

function followAt(destination: string, follow: Follow | undefined): Follow | undefined {
  return follow && ((going) => follow({ ...going, at: `${destination}: ${going.at}` }));
}

/** What is dated later than now is always among the newest, and takes no place of those that are right. */
function keepBeside(keep: Keep, ahead: number): Keep {
  return Object.fromEntries(Object.entries(keep).map(([age, n]) => [age, n ? n + ahead : n]));
}
