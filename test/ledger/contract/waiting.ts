import { getEventListeners } from 'node:events';
import { expect } from 'vitest';
import type { Ledger } from '#src/ledger/port.ts';

/** Far longer than a test may take: whoever waits this long and ends was woken. */
export const LONG_MS = 600_000;
/** Short enough to be waited for. */
export const SHORT_MS = 5;

/** A way to end waits, which must leave no listener on its signal. */
export function createStop() {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort: () => controller.abort(),
    expectNothingLeft: () => expect(getEventListeners(controller.signal, 'abort')).toEqual([]),
  };
}

/** Fails when the wait ends although nothing came: the ledger answers other questions meanwhile. */
export async function expectWaiting(wait: Promise<unknown>, ledger: Ledger): Promise<void> {
  const waiting = Symbol('waiting');
  for (let i = 0; i < 5; i += 1) {
    await ledger.ping();
    expect(await Promise.race([wait, Promise.resolve(waiting)])).toBe(waiting);
  }
}
