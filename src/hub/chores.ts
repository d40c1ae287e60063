import type { HubLedger } from '#src/ledger/port.ts';

/** Does things now and then, whichever hub process has its turn; when they were last done stands in the ledger. */
export interface Chores {
  /** Does it when that is `everyMs` or longer ago; what throws is due again at once. */
  every(name: string, everyMs: number, act: () => Promise<void>): Promise<void>;
}

/** The chores of one hub. A process remembers what is not due yet, so that asking costs nothing. */
export function createChores({
  ledger,
  now,
}: {
  ledger: Pick<HubLedger, 'recall' | 'remember'>;
  now: () => number;
}): Chores {
  const done = new Map<string, number>();
  return {
    async every(name, everyMs, act) {
      const isDue = (at: number | undefined) => at === undefined || now() - at >= everyMs || at > now();
      if (!isDue(done.get(name))) return;
      const recalled = Number(await ledger.recall(`chore ${name}`)) || undefined;
      if (isDue(recalled)) {
        await act();
        const at = now();
        await ledger.remember(`chore ${name}`, String(at));
        done.set(name, at);
      } else if (recalled !== undefined) done.set(name, recalled);
    },
  };
}
