import { setTimeout as sleep } from 'node:timers/promises';

/** How often the journal is tidied and, when the disk took nothing, tried again, in ms. */
export const UPKEEP_MS = 60_000;

/** Does `round` every `everyMs` until the signal. */
export async function keepUp(round: () => Promise<void>, everyMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await round();
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}
