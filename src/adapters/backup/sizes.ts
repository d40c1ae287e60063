import type { Snapshot } from '#src/operation/snapshot.ts';
import type { Place } from './find.ts';
import type { History } from './history.ts';

/** How long the repository may take to say how large a backup is, in ms: a plan is wanted within seconds. */
const TELL_MS = 2000;

/** How large a backup is: what this node remembers, or what the repository says in time; undefined otherwise. */
export type SizeOf = (place: Place, snapshot: Snapshot, signal: AbortSignal) => Promise<number | undefined>;

/** Knows sizes by a history. */
export function createSizes(history: History): SizeOf {
  return async ({ repository }, { id }, signal) => {
    const known = (await history.sizes())(id)?.bytes;
    if (known !== undefined) return known;
    const soon = AbortSignal.any([signal, AbortSignal.timeout(TELL_MS)]);
    const size = await repository.size(id, soon).catch(() => undefined);
    signal.throwIfAborted();
    return size?.bytes;
  };
}
