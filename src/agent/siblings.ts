import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '#src/kit/problem.ts';
import type { NodeLedger } from '#src/ledger/port.ts';
import { claimedTime } from '#src/wire/seal.ts';
import type { Away } from './away.ts';
import type { Doorbell } from './doorbell.ts';

/** Looks at the beacons of siblings come this far apart, in ms: they cost a command each on a ledger that counts them. */
const LOOK_MS = 1_200_000;
/** A sibling is silent after so many ms without a beacon; the hub decides by its own look. */
const SILENT_MS = 660_000;
/** The hub believes only its second look, this much later, in ms. */
const SECOND_LOOK_MS = 61_000;

/** What watching siblings works with; the times are for tests. */
export interface SiblingsDeps {
  siblings: string[];
  ledger: Pick<NodeLedger, 'beacons'>;
  doorbell: Pick<Doorbell, 'wake'>;
  away: Away;
  now: () => number;
  lookMs?: number;
  secondLookMs?: number;
}

/** Wakes the hub when a sibling has fallen silent, until the signal. What a beacon says is not believed here: the hub opens it. */
export async function watchSiblings(deps: SiblingsDeps, signal: AbortSignal): Promise<void> {
  const { siblings, ledger, doorbell, away, now, lookMs = LOOK_MS, secondLookMs = SECOND_LOOK_MS } = deps;
  const told = new Map<string, number>();
  const rest = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {});

  const silent = async (): Promise<{ node: string; heardAt: number }[]> => {
    const beacons = await ledger.beacons(siblings);
    return beacons
      .map(({ node, token }) => ({ node, heardAt: claimedTime(token) }))
      .filter(({ node, heardAt }) => now() - heardAt > SILENT_MS && told.get(node) !== heardAt);
  };

  while (siblings.length > 0 && !signal.aborted) {
    await rest(lookMs);
    if (signal.aborted) return;
    try {
      const fresh = await silent();
      for (const { node, heardAt } of fresh) told.set(node, heardAt);
      if (fresh.length === 0) continue;
      doorbell.wake();
      await rest(secondLookMs);
      doorbell.wake();
    } catch (err) {
      if (!(err instanceof Problem)) throw err;
      away.failed(err, 'beacons of siblings cannot be read');
    }
  }
}
