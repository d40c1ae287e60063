import { Problem } from '#src/kit/problem.ts';
import type { Backups, RestoreChanges, RestoreWish, Snapshot } from '#src/operation/backups.ts';
import type { Lane } from '../lane.ts';
import { createLane } from '../lane.ts';
import { isThere } from '../restore/identity.ts';
import { createPreview } from '../restore/preview.ts';
import type { Records } from '../restore/record.ts';
import { createRestorer } from '../restore/restorer.ts';
import { noRoom } from './copying.ts';
import type { Place } from './find.ts';
import { filesOf, pick, placeOf } from './find.ts';
import type { BackupDeps, Places } from './ground.ts';
import { freeBytes, rootsOf } from './roots.ts';
import type { Saver } from './saving.ts';
import { setOf } from './sets.ts';
import type { SizeOf } from './sizes.ts';

/** How long the repository may take to say what is in a backup, in ms. */
const TELL_MS = 2000;

type Restoring = Pick<Backups, 'planRestore' | 'stage' | 'swap' | 'undo' | 'undoable' | 'settle'>;

/** Restores sets of the configuration; one set does one thing at a time. */
export function createRestoring(
  deps: BackupDeps,
  { places, saver, sizeOf, restores }: { places: Places; saver: Saver; sizeOf: SizeOf; restores: Records },
): Restoring {
  const { spec, node, state, workloads, command, now } = deps;
  const restorer = createRestorer({ records: restores, workloads, command, now });
  const lanes = new Map<string, Lane>();

  return {
    async planRestore(wish, signal) {
      const { path } = wish;
      const { place, snapshot, roots, pause } = await find(wish, signal);
      const there = await Promise.all(roots.map(isThere));
      const [bytes, changes] = await Promise.all([
        path === undefined ? sizeOf(place, snapshot, signal) : undefined,
        changesOf(place, snapshot, roots, signal),
      ]);
      return {
        snapshot,
        roots: roots.map((root, n) => ({ path: root, there: there[n] ?? false })),
        ...{ bytes, changes, freeBytes: await freeBytes(roots), pause },
        continues: await restorer.staged(wish.set, snapshot.id, roots),
      };
    },
    stage: (wish, signal) =>
      alone(wish.set, signal, async () => {
        const { place, snapshot, roots } = await find(wish, signal);
        const { repository } = place;
        const [{ bytes }, free] = await Promise.all([repository.size(snapshot.id, signal), freeBytes(roots)]);
        if (wish.path === undefined && bytes > free && !(await restorer.staged(wish.set, snapshot.id, roots)))
          throw noRoom(bytes, free);
        const emergency = (paths: readonly string[]) => saver.emergency(place, wish.set, paths, signal);
        return await restorer.stage({ set: wish.set, snapshot, repository, roots, emergency }, signal);
      }),
    swap: (set, signal) => alone(set, signal, () => restorer.swap(set, setOf(spec, set).pause, signal)),
    undo: (set, signal, restore) =>
      alone(set, signal, () => restorer.undo(set, setOf(spec, set).pause, signal, restore)),
    settle: (set, signal) => alone(set, signal, () => restorer.settle(set, signal)),
    undoable: (set) => restorer.undoable(set),
  };

  /** File by file, as far as it can be told in time. */
  async function changesOf(
    { repository }: Place,
    { id }: Snapshot,
    roots: readonly string[],
    signal: AbortSignal,
  ): Promise<RestoreChanges> {
    const preview = createPreview(roots);
    const soon = AbortSignal.any([signal, AbortSignal.timeout(TELL_MS)]);
    const ended = await repository.walk(id, preview.take, soon, roots).then(
      () => true,
      () => false,
    );
    signal.throwIfAborted();
    const changes = await preview.end(ended, signal);
    if (ended && changes.taken === 0)
      throw new Problem('restore-path', `${roots.join(', ')} is not in that backup. Choose another: /backups`);
    return changes;
  }

  async function find({ set, snapshot: id, path }: RestoreWish, signal: AbortSignal): Promise<Found> {
    const { paths, pause } = setOf(spec, set);
    const roots = await rootsOf({ set, paths, state }, path);
    const all = places.of(set);
    const snapshot = pick(await filesOf(all, node, set, signal), set, id);
    return { place: placeOf(all, snapshot), snapshot, roots, pause };
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
  pause: string[];
}
