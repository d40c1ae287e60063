import { Problem, sentenceOf } from '#src/kit/problem.ts';
import { throwIfCancelled } from './inTime.ts';

interface Named {
  destination: string;
}

/** What became of one place. */
export interface Outcome<T> {
  destination: string;
  value: T | undefined;
  reason?: string;
  code?: string;
  error?: unknown;
}

/** Does something at each place, one after the other; what a place cannot do becomes its reason. */
export async function atEach<P extends Named, T>(
  places: readonly P[],
  act: (place: P) => Promise<T>,
  signal: AbortSignal,
): Promise<Outcome<T>[]> {
  const outcomes = [];
  for (const place of places) {
    const outcome = await outcomeOf(place, act);
    if (outcome.reason !== undefined) signal.throwIfAborted();
    outcomes.push(outcome);
  }
  return outcomes;
}

/**
 * Asks all places at the same time, and waits no longer than `withinMs` for the others once one has answered, or one was
 * enough. With nobody heard it waits until the signal; throws Problem `backup-unreachable` when that was a deadline.
 */
export async function hear<P extends Named, T>(
  places: readonly P[],
  ask: (place: P, signal: AbortSignal) => Promise<T>,
  { withinMs, isEnough = () => false }: { withinMs: number; isEnough?: (value: T) => boolean },
  signal: AbortSignal,
): Promise<Outcome<T>[]> {
  const stop = new AbortController();
  const limit = AbortSignal.any([signal, stop.signal]);
  const heard = new Map<P, Outcome<T>>();
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  let isLate = false;
  const look = (): void => {
    const values = [...heard.values()].flatMap(({ value }) => (value === undefined ? [] : [value]));
    if (heard.size === places.length || values.some(isEnough) || (isLate && values.length > 0)) end();
  };
  const late = setTimeout(() => {
    isLate = true;
    look();
  }, withinMs);
  signal.addEventListener('abort', () => end(), { once: true, signal: stop.signal });
  for (const place of places)
    void outcomeOf(place, (at) => ask(at, limit)).then((outcome) => {
      heard.set(place, outcome);
      look();
    });
  look();
  await over;
  clearTimeout(late);
  stop.abort();
  throwIfCancelled(signal);
  const outcomes = places.map((place) => heard.get(place) ?? unheard(place));
  if (signal.aborted) throw notHeard(outcomes);
  return outcomes;
}

async function outcomeOf<P extends Named, T>(place: P, act: (place: P) => Promise<T>): Promise<Outcome<T>> {
  const { destination } = place;
  try {
    return { destination, value: await act(place) };
  } catch (error) {
    const code = error instanceof Problem ? error.code : 'restic';
    return { destination, value: undefined, reason: sentenceOf(error), code, error };
  }
}

function unheard({ destination }: Named): Outcome<never> {
  const [code, reason] = ['backup-unreachable', 'It did not answer in time.'];
  return { destination, value: undefined, reason, code, error: new Problem(code, `${destination} did not answer.`) };
}

function notHeard(outcomes: readonly Outcome<unknown>[]): Problem {
  const each = outcomes.map(({ destination, reason = 'It answered.' }) => `${destination}: ${reason}`).join(' ');
  return new Problem('backup-unreachable', `${each} Look whether it is up, then ask again.`);
}
