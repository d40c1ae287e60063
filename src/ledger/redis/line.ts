import type { RedisOptions } from 'ioredis';
import { Redis } from 'ioredis';
import type { Address } from './address.ts';
import { closedLedger, isBroken, isTimeout, ledgerFailure } from './failure.ts';

const CONNECT_MS = 3000;
/** How long a broken-off connection may have taken for the same act to be worth a second try. */
const STALE_MS = 500;
/** Firewalls on the way forget a connection that was silent for ten minutes, and tell nobody. */
const FORGOTTEN_MS = 540_000;
/** How long the other side may take to agree to an end. */
const PARTING_MS = 300;

/** One connection that is made when it is first needed, and again when it is needed after it was lost. */
export interface Line {
  /** Runs an act of one round trip. One that may happen twice without harm is tried once more when the connection had gone stale. Throws Problem `ledger`. */
  act<T>(run: (redis: Redis) => Promise<T>, twice?: 'harmless'): Promise<T>;
  /** Ends the connection with what waits on it; the next act makes a new one. */
  drop(): void;
  /** Ends it for good. */
  close(): Promise<void>;
}

interface Wire {
  redis: Redis;
  /** What the connection itself said last. */
  trouble: Error | undefined;
  dropped: boolean;
}

/** A connection of its own; without `answerMs` an answer may take as long as it likes. Nothing is sent before the first act, and nothing by itself. */
export function createLine({ where, options }: Address, answerMs?: number): Line {
  const parting = new Set<Promise<void>>();
  let wire: Wire | undefined;
  let usedAt = 0;
  let closed = false;

  function connected(): Wire {
    if (performance.now() - usedAt > FORGOTTEN_MS) drop();
    usedAt = performance.now();
    if (wire && !wire.dropped && wire.redis.status !== 'end') return wire;
    const redis = new Redis({ ...QUIET, ...options, commandTimeout: answerMs, replyMapping: 'legacy' });
    const made: Wire = { redis, trouble: undefined, dropped: false };
    redis.on('error', (error: Error) => {
      made.trouble = error;
    });
    const ended = new Promise<void>((resolve) => redis.once('end', resolve));
    parting.add(ended);
    void ended.then(() => parting.delete(ended));
    wire = made;
    return made;
  }

  function drop(): void {
    if (!wire || wire.dropped) return;
    wire.dropped = true;
    if (wire.redis.status !== 'end') wire.redis.disconnect();
  }

  async function act<T>(run: (redis: Redis) => Promise<T>, twice?: 'harmless'): Promise<T> {
    if (closed) throw closedLedger(where);
    const used = connected();
    const wasReady = used.redis.status === 'ready';
    const since = performance.now();
    try {
      return await run(used.redis);
    } catch (error) {
      // Who waited on a frozen connection does not want to wait on it again.
      if (isTimeout(error) && used === wire) drop();
      const isStale = wasReady && isBroken(error) && performance.now() - since < STALE_MS;
      if (twice && isStale && !used.dropped) return await act(run);
      throw closed ? closedLedger(where) : ledgerFailure(where, error, used.trouble);
    } finally {
      usedAt = performance.now();
    }
  }

  return {
    act,
    drop,
    close: async () => {
      closed = true;
      drop();
      await Promise.all(parting);
    },
  };
}

// No INFO, CLIENT or HELLO, which a node's user may not send, and no second life for commands: a lost one is an error at once.
const QUIET: RedisOptions = {
  lazyConnect: true,
  protocol: 2,
  enableReadyCheck: false,
  disableClientInfo: true,
  connectTimeout: CONNECT_MS,
  disconnectTimeout: PARTING_MS,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  retryStrategy: () => null,
};
