import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from './problem.ts';

/** Asks `ready` again every `everyMs` until it answers something other than undefined; throws Problem `timeout` after `withinMs`. */
export async function waitUntil<T>(
  ready: () => Promise<T | undefined> | T | undefined,
  wait: { withinMs: number; everyMs: number; what: string },
  signal?: AbortSignal,
): Promise<T> {
  const until = performance.now() + wait.withinMs;
  for (;;) {
    signal?.throwIfAborted();
    const answer = await ready();
    if (answer !== undefined) return answer;
    if (performance.now() >= until)
      throw new Problem('timeout', `${wait.what} took longer than ${wait.withinMs / 1000} s.`);
    await sleep(wait.everyMs, undefined, signal ? { signal } : {});
  }
}
