import type { Snapshot } from '#src/operation/snapshot.ts';
import type { Place } from './find.ts';
import type { History } from './history.ts';
import { inTime } from './inTime.ts';

/** How long the repository may take to say how large a backup is, in ms, once it was found. */
const TELL_MS = 5000;

/** How large a backup is: what this node remembers, or what the repository says in time; undefined otherwise. */
export type SizeOf = (place: Place, snapshot: Snapshot, signal: AbortSignal) => Promise<number | undefined>;

/** Knows sizes by a history. */
export function createSizes(history: History): SizeOf {
  return async ({ repository }, { id }, signal) => {
    const known = (await history.sizes())(id)?.bytes;
    if (known !== undefined) return known;
    return (await inTime((limit) => repository.size(id, limit, { unlocked: true }), TELL_MS, signal))?.bytes;
  };
}
