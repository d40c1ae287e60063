import { Problem } from '#src/kit/problem.ts';
import type { Backups } from '#src/operation/backups.ts';
import type { DestinationFailed } from '#src/operation/destinationFailed.ts';
import type { RestoreChanges, RestoreWish } from '#src/operation/restores.ts';
import type { Snapshot } from '#src/operation/snapshot.ts';
import type { Lane } from '../lane.ts';
import { createLane } from '../lane.ts';
import type { NodeLine } from '../restic/lines.ts';
import { besideOf } from '../restore/ground.ts';
import { isThere } from '../restore/identity.ts';
import { createPreview } from '../restore/preview.ts';
import type { Records } from '../restore/record.ts';
import { createRestorer } from '../restore/restorer.ts';
import { standingOf } from '../restore/standing.ts';
import { noRoom } from './copying.ts';
import type { Place } from './find.ts';
import { filesOf, pick, placeOf } from './find.ts';
import type { BackupDeps, Places } from './ground.ts';
import { inTime, throwIfCancelled } from './inTime.ts';
import { freeBytes, refuseRoots, rootsIn, wantedOf, within } from './roots.ts';
import type { Saver } from './saving.ts';
import { setOf } from './sets.ts';
import type { SizeOf } from './sizes.ts';

/** How long the repository may take to say what is in a backup, in ms, once it was found. */
const TELL_MS = 5000;
/** How long a restore waits for destinations that have not answered, in ms. */
const STAGE_ANSWER_MS = 30_000;

type Restoring = Pick<Backups, 'planRestore' | 'stage' | 'swap' | 'undo' | 'undoable' | 'settle' | 'standing'>;

/** Restores sets of the configuration; one set does one thing at a time. */
export function createRestoring(
  deps: BackupDeps,
  { places, saver, sizeOf, restores }: { places: Places; saver: Saver; sizeOf: SizeOf; restores: Records },
): Restoring {
  const { spec, node, state, workloads, command, now } = deps;
  const restorer = createRestorer({ records: restores, workloads, command, look: refuse, now });
  const lanes = new Map<string, Lane>();

  return {
    async planRestore(wish, signal) {
      const { path } = wish;
      const { place, snapshot, roots, absent, pause, silent } = await find(wish, signal);
      const there = await Promise.all(roots.map(isThere));
      const [bytes, changes] = await Promise.all([
        path === undefined ? sizeOf(place, snapshot, signal) : undefined,
        changesOf(place, snapshot, { set: wish.set, roots }, signal),
      ]);
      return {
        snapshot,
        roots: roots.map((root, n) => ({ path: root, there: there[n] ?? false })),
        ...{ absent, bytes, changes, freeBytes: await freeBytes(roots), pause, silent },
        continues: await restorer.staged(wish.set, snapshot.id, roots),
      };
    },
    stage: (wish, signal, follow) =>
      alone(wish.set, signal, async () => {
        const { place, snapshot, roots } = await find(wish, signal, STAGE_ANSWER_MS);
        const { repository } = place;
        const [{ bytes }, free] = await Promise.all([repository.size(snapshot.id, signal), freeBytes(roots)]);
        if (wish.path === undefined && bytes > free && !(await restorer.staged(wish.set, snapshot.id, roots)))
          throw noRoom(bytes, free);
        let unread: string[] = [];
        const emergency = async (there: readonly string[]) => {
          const saved = await saver.emergency(
            { set: wish.set, paths: there, first: place.destination },
            signal,
            follow,
          );
          // That may have taken hours, in which a folder can become a link.
          await refuse(wish.set, roots);
          unread = saved.unread;
          return saved.snapshot;
        };
        const { paths } = setOf(spec, wish.set);
        const beside = (root: string) => besideOf(root, within(root, paths));
        const totalBytes = wish.path === undefined ? bytes : undefined;
        const staging = {
          set: wish.set,
          mark: wish.mark,
          snapshot,
          repository,
          roots,
          beside,
          emergency,
          totalBytes,
          follow,
        };
        return { ...(await restorer.stage(staging, signal)), unread };
      }),
    swap: (set, signal) => alone(set, signal, () => restorer.swap(set, setOf(spec, set).pause, signal)),
    undo: (set, signal, of) => alone(set, signal, () => restorer.undo(set, setOf(spec, set).pause, signal, of)),
    settle: (set, signal) => alone(set, signal, () => restorer.settle(set, signal)),
    standing: (set, mark) => standingOf(restores, set, mark, now() - spec.keepOld),
    undoable: (set) => restorer.undoable(set),
  };

  /** File by file, as far as it can be told in time. */
  async function changesOf(
    { repository }: Place,
    { id }: Snapshot,
    { set, roots }: { set: string; roots: readonly string[] },
    signal: AbortSignal,
  ): Promise<RestoreChanges> {
    const preview = createPreview(roots);
    const { paths } = setOf(spec, set);
    let link: string | undefined;
    let isOver = false;
    const take = (one: NodeLine): void => {
      // What was given up may go on for a moment.
      if (isOver) return;
      if (one.type === 'symlink' && paths.includes(one.path)) link = one.path;
      preview.take(one);
    };
    const walk = (limit: AbortSignal) => repository.walk(id, take, limit, roots).then(() => true);
    const ended = (await inTime(walk, TELL_MS, signal)) ?? false;
    isOver = true;
    if (link !== undefined)
      throw new Problem('restore-path', `${link} was a link when that backup was made. Choose another: /backups`);
    const changes = await preview.end(ended, signal);
    throwIfCancelled(signal);
    if (ended && changes.taken === 0)
      throw new Problem('restore-path', `${roots.join(', ')} is not in that backup. Choose another: /backups`);
    return changes;
  }

  async function find(
    { set, snapshot: id, path }: RestoreWish,
    signal: AbortSignal,
    withinMs?: number,
  ): Promise<Found> {
    const { paths, pause } = setOf(spec, set);
    const wanted = wantedOf(set, paths, path);
    const all = places.of(set);
    const heard = await filesOf(all, node, set, signal, { withinMs, id });
    const snapshot = pick(heard, set, id);
    const { roots, absent } = rootsIn(snapshot, wanted);
    await refuse(set, roots);
    const silent = id === undefined ? heard.silent : [];
    return { place: placeOf(all, snapshot), snapshot, roots, absent, pause, silent };
  }

  async function refuse(set: string, roots: readonly string[]): Promise<void> {
    await refuseRoots(roots, { paths: setOf(spec, set).paths, spec, state });
  }

  async function alone<T>(set: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    setOf(spec, set);
    const lane = lanes.get(set) ?? createLane();
    lanes.set(set, lane);
    return await lane.run(task, signal);
  }
}

interface Found {
  place: Place;
  snapshot: Snapshot;
  roots: string[];
  absent: string[];
  pause: string[];
  silent: DestinationFailed[];
}
