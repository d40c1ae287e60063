import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { HubLedger } from '#src/ledger/port.ts';

/** Longest pause between two looks at the ledger, in ms. */
const LOOK_MS = 30_000;
const RETRY_MS = 2_000;
const TRIM_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Keeps all posts true: folds events, lets time pass, tells what is untold. */
export interface Tend {
  /** One pass over everything that is open. */
  round(): Promise<void>;
  /** Something new was asked: do not wait for the next event. */
  kick(): void;
  /** Goes on until the signal. */
  run(signal: AbortSignal): Promise<void>;
}

/** The hub's one loop over the ledger. */
export function createTend(deps: {
  /** Who holds this hub's leases. */
  by: string;
  /** The nodes whose events are waited for. */
  nodes: string[];
  ledger: HubLedger;
  fold: () => Promise<void>;
  tell: (post: string) => Promise<void>;
  now: () => number;
  log: Logger;
}): Tend {
  const { by, nodes, ledger, fold, tell, now, log } = deps;
  let kicked = new AbortController();

  // One post that cannot be told must not keep the others waiting.
  const tellOne = (post: string): Promise<void> =>
    tell(post).catch((err: unknown) => log.error({ err, post }, 'post could not be told'));
  const round = async (): Promise<void> => {
    await fold();
    await ledger.lapse(now());
    await Promise.all((await ledger.untold(now(), by)).map(tellOne));
  };
  const wait = async (signal: AbortSignal): Promise<void> => {
    const due = await ledger.nextDue(by);
    const withinMs = Math.min(LOOK_MS, Math.max(0, (due ?? Number.POSITIVE_INFINITY) - now()));
    await ledger.waitForEvents(nodes, withinMs, AbortSignal.any([signal, kicked.signal]));
  };
  const trim = () => ledger.trim({ ordersBefore: now() - TRIM_MS, recordsBefore: now() - 30 * DAY_MS });

  return {
    round,
    kick: () => kicked.abort(),
    async run(signal) {
      let trimAt = 0;
      while (!signal.aborted) {
        kicked = new AbortController();
        try {
          await round();
          if (now() >= trimAt) {
            await trim();
            trimAt = now() + TRIM_MS;
          }
          await wait(signal);
        } catch (err) {
          log.error({ err }, 'posts could not be tended');
          await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
        }
      }
    },
  };
}
