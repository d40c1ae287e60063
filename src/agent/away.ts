import type { Logger } from 'pino';
import { Problem } from '#src/kit/problem.ts';

/** Whether the ledger is away, as all parts of an agent see it together: the log says it once, and once that it is back. */
export interface Away {
  /** Something could not be read or written. */
  failed(err: unknown, what: string): void;
  /** The ledger answered. */
  worked(): void;
}

/** Begins in good faith. */
export function createAway(log: Logger): Away {
  let since: number | undefined;
  return {
    failed(err, what) {
      if (!(err instanceof Problem) || err.code !== 'ledger') return log.warn({ err }, what);
      if (since === undefined) log.warn({ err, what }, 'the ledger is away; trying again until it is back');
      since ??= performance.now();
    },
    worked() {
      if (since !== undefined) log.info({ awayMs: Math.round(performance.now() - since) }, 'the ledger is back');
      since = undefined;
    },
  };
}
