import type { Command, CommandOptions, CommandResult } from '../command.ts';
import type { Patience } from './patience.ts';
import { createGuard } from './patience.ts';
import { createRetries } from './retries.ts';

const MAX_BYTES = 64_000_000;
/** Long enough to take its lock away again, also far off. */
const GRACE_MS = 10_000;
/** A newer restic may read on from a dump that says nothing more; its lock is taken away after it. */
const DUMP_GRACE_MS = 2000;

/** What a watched run came to. */
export interface Watched {
  result: CommandResult;
  /** For how long it had given no sign of life when it was ended, in ms; undefined: it was not. */
  stuckMs: number | undefined;
  /** It did not get to its repository and was ended; what it said last it said because of that. */
  isAway: boolean;
  /** It waited for something that is gone, and was ended before it did anything. */
  isLost: boolean;
}

/**
 * `Load(<lock/9ff0921e02>, 0, 0) returned error, retrying after 1.3s: open …: no such file or directory`: before it does
 * anything, restic lists locks, indexes and snapshots and reads each, and waits for one that another run took away between
 * the two: a quarter of an hour before 0.17, and some seconds for a lock since. One that starts anew lists them anew.
 */
const GONE = /^Load\(<(\w+)\/.*(?:returned error, retrying|failed).*(?:no such file|not exist|not found)/i;

/** What may be gone before it is read: a lock of another run, or for who takes none, what a prune drops. */
export type MayGo = 'lock' | 'index' | 'snapshot';

/** Runs restic, and ends it when it gives no sign of life for longer than is right, when it does not get to its repository, or when it waits for something that is gone. */
export async function runWatched(
  command: Command,
  [file = '', ...argv]: readonly string[],
  { patience, mayGo, ...options }: CommandOptions & { patience?: Patience | undefined; mayGo: readonly MayGo[] },
  signal: AbortSignal,
): Promise<Watched> {
  const stop = new AbortController();
  const retries = createRetries(() => stop.abort());
  const guard = createGuard({ patience, onLine: options.onLine }, AbortSignal.any([signal, stop.signal]));
  let isLost = false;
  const onErrorLine = (line: string): void => {
    retries.heard(line);
    if (mayGo.some((kind) => kind === GONE.exec(line)?.[1])) {
      isLost = true;
      stop.abort();
    }
    options.onErrorLine?.(line);
  };
  const following = { maxBytes: MAX_BYTES, ...options, ...guard.following, onErrorLine };
  const graceMs = options.source ? DUMP_GRACE_MS : GRACE_MS;
  const result = await command
    .run(file, argv, { ...following, stopSignal: 'SIGINT', graceMs }, guard.signal)
    .finally(guard.end);
  return {
    result,
    stuckMs: result.ended === 'exit' ? undefined : guard.endedAfterMs(),
    isAway: retries.isOver() && result.exitCode !== 0,
    isLost: isLost && (result.ended !== 'exit' || result.exitCode !== 0),
  };
}
