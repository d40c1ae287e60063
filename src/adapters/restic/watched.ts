import type { Command, CommandOptions, CommandResult } from '../command.ts';
import type { Patience } from './patience.ts';
import { createGuard } from './patience.ts';
import { createRetries } from './retries.ts';

const MAX_BYTES = 64_000_000;
/** Long enough to take its lock away again, also far off. */
const GRACE_MS = 10_000;

/** What a watched run came to. */
export interface Watched {
  result: CommandResult;
  /** For how long it had given no sign of life when it was ended, in ms; undefined: it was not. */
  stuckMs: number | undefined;
  /** It did not get to its repository and was ended; what it said last it said because of that. */
  isAway: boolean;
}

/** Runs restic, and ends it when it gives no sign of life for longer than is right, or when it does not get to its repository. */
export async function runWatched(
  command: Command,
  [file = '', ...argv]: readonly string[],
  { patience, ...options }: CommandOptions & { patience?: Patience | undefined },
  signal: AbortSignal,
): Promise<Watched> {
  const away = new AbortController();
  const retries = createRetries(() => away.abort());
  const guard = createGuard({ patience, onLine: options.onLine }, AbortSignal.any([signal, away.signal]));
  const onErrorLine = (line: string): void => {
    retries.heard(line);
    options.onErrorLine?.(line);
  };
  const following = { maxBytes: MAX_BYTES, ...options, ...guard.following, onErrorLine };
  const result = await command
    .run(file, argv, { ...following, stopSignal: 'SIGINT', graceMs: GRACE_MS }, guard.signal)
    .finally(guard.end);
  return {
    result,
    stuckMs: result.ended === 'exit' ? undefined : guard.endedAfterMs(),
    isAway: retries.isOver() && result.exitCode !== 0,
  };
}
