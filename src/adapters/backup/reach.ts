import { Problem, sentenceOf } from '#src/kit/problem.ts';
import type { PlaceKnown } from '#src/operation/backupKnown.ts';
import { isOfPlace } from '#src/operation/backupKnown.ts';
import type { Runner } from '../restic/runner.ts';

/** How each destination was last met, by whoever used it. */
export interface Reach {
  /** A destination was used; undefined: it went well. What an error says of something else is left out. */
  note(destination: string, error: unknown): void;
  away(destination: string): PlaceKnown['away'];
  /** When it was last used, or this began, in ms since 1970. */
  usedAt(destination: string): number;
}

/** Remembers it as long as the process lives. */
export function createReach(now: () => number): Reach {
  const began = now();
  const aways = new Map<string, NonNullable<PlaceKnown['away']>>();
  const used = new Map<string, number>();
  return {
    note(destination, error) {
      used.set(destination, now());
      if (error === undefined) return void aways.delete(destination);
      if (!(error instanceof Problem) || !isOfPlace(error.code)) return;
      const before = aways.get(destination);
      aways.set(destination, {
        ...{ code: error.code, because: sentenceOf(error) },
        ...{ since: before?.since ?? now(), times: (before?.times ?? 0) + 1 },
      });
    },
    away: (destination) => aways.get(destination),
    usedAt: (destination) => used.get(destination) ?? began,
  };
}

/** A runner whose every run is noted. */
export function noteReach(runner: Runner, reach: Reach): Runner {
  return {
    ...runner,
    async run(argv, options, signal) {
      try {
        const ended = await runner.run(argv, options, signal);
        reach.note(runner.where, undefined);
        return ended;
      } catch (error) {
        if (!signal.aborted) reach.note(runner.where, error);
        throw error;
      }
    },
  };
}
