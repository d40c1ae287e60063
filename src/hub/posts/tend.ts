import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Story } from '#src/ledger/records.ts';
import { createShared } from '../web/shared.ts';

/** Longest pause between two looks at the ledger, in ms. */
const LOOK_MS = 30_000;
/** Shortest one, unless something happens, in ms: what cannot be told must not be tried without a breath. */
const BREATH_MS = 100;
const MAX_RETRY_MS = 10_000;

/** So many campaigns are looked at in one pass. */
const MOST_CAMPAIGNS = 50;

/** Keeps all posts true: folds events, lets time pass, goes on with campaigns, tells what is untold. */
export interface Tend {
  /** One pass over everything that is open; passes and tellings that meet are shared. */
  round(): Promise<void>;
  /** Rounds for as long as something falls due within `withinMs`: what a request does before it answers, for nothing goes on after it. */
  attend(withinMs: number, signal: AbortSignal): Promise<void>;
  /** Something new was asked: do not wait for the next event. */
  kick(): void;
  /** Goes on until the signal. */
  run(signal: AbortSignal): Promise<void>;
}

/** The hub's work on the ledger, as a loop or in pieces. */
export function createTend(deps: {
  /** Who holds this hub's leases. */
  by: string;
  /** The nodes whose events are waited for. */
  nodes: () => readonly string[];
  ledger: HubLedger;
  fold: () => Promise<void>;
  /** Takes campaigns as far as they go now; answers whether any went on. */
  advance: (open: readonly Story[]) => Promise<boolean>;
  tell: (post: string) => Promise<void>;
  now: () => number;
  log: Logger;
}): Tend {
  const { by, nodes, ledger, now, log } = deps;
  let kicked = new AbortController();

  const fold = createShared(deps.fold);
  // One post that cannot be told must not keep the others waiting.
  const tell = createShared((post) =>
    deps.tell(post).catch((err: unknown) => log.error({ err, post }, 'post could not be told')),
  );
  const round = async (): Promise<void> => {
    await fold('events');
    // One trip: the ledger does what it is asked in the order in which it was asked.
    const untold = () => ledger.untold(now(), by);
    const [, open, posts] = await Promise.all([ledger.lapse(now()), ledger.campaigns(MOST_CAMPAIGNS), untold()]);
    const wentOn = open.length > 0 && (await deps.advance(open));
    await Promise.all((wentOn ? await untold() : posts).map(tell));
  };
  /** Waits for what comes first: an event, the next due post, the end of `withinMs`, or the signal. */
  const wait = async (withinMs: number, due: number | undefined, signal: AbortSignal): Promise<void> => {
    const dueMs = Math.max(BREATH_MS, (due ?? Number.POSITIVE_INFINITY) - now());
    await ledger.waitForEvents([...nodes()], Math.min(withinMs, dueMs), signal);
  };

  return {
    round,
    kick: () => kicked.abort(),
    async attend(withinMs, signal) {
      const until = now() + withinMs;
      await round();
      while (!signal.aborted) {
        const due = await ledger.nextDue(by);
        const leftMs = until - now();
        if (due === undefined || due > until || leftMs <= 0) return;
        await wait(leftMs, due, signal);
        await round();
      }
    },
    async run(signal) {
      let retryMs = 1_000;
      while (!signal.aborted) {
        kicked = new AbortController();
        try {
          await round();
          await wait(LOOK_MS, await ledger.nextDue(by), AbortSignal.any([signal, kicked.signal]));
          if (retryMs > 1_000) log.info('posts are tended again');
          retryMs = 1_000;
        } catch (err) {
          // Said once: the ledger may be away for long.
          if (retryMs === 1_000) log.error({ err }, 'posts cannot be tended');
          await sleep(retryMs, undefined, { signal }).catch(() => {});
          retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
        }
      }
    },
  };
}
