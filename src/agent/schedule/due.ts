import type { Calendar } from '#src/adapters/calendar.ts';
import { believed } from '#src/kit/ahead.ts';
import type { Chore, ChoreKnown } from '#src/operation/backupKnown.ts';

/** How long to wait after the first, second, ... try that failed, in ms. */
const PAUSES_MS = [2, 10, 30, 60].map((minutes) => minutes * 60_000);

/** What there is to do: all of it, or what the last try did not reach. */
export interface Due {
  /** Since when, in ms since 1970. */
  at: number;
  again: boolean;
  /** It was never done: nothing has to wait for its moment. */
  isFirst: boolean;
}

/**
 * Whether a chore is due now, and since when: its latest time came after the last good run began. However many times were
 * missed, it is due once. A set that was never saved is due at once; a chore that failed, after a pause that grows.
 */
export function dueOf(
  { chore, calendar }: { chore: Chore; calendar: Calendar },
  { since, run }: { since: number; run: ChoreKnown },
  now: number,
): Due | undefined {
  const done = believed(run.doneAt, now);
  const begin = believed(since, now) ?? now;
  const latest = calendar.latest(now);
  const isFirst = chore === 'save' && done === undefined;
  const time = isFirst ? Math.max(begin, latest ?? begin) : latest;
  if (time === undefined || time > now || (!isFirst && time <= (done ?? begin))) return undefined;
  const tried = believed(run.triedAt, now);
  if (run.failures === 0 || tried === undefined || tried < time) return { at: time, again: false, isFirst };
  const again = tried + pauseAfter(run.failures);
  return again <= now ? { at: again, again: true, isFirst: false } : undefined;
}

/** How long to wait before the next try, in ms. */
export function pauseAfter(failures: number): number {
  return PAUSES_MS[Math.min(failures, PAUSES_MS.length) - 1] ?? 0;
}
