import type { Address } from './address.ts';
import { closedLedger, ledgerFailure } from './failure.ts';
import type { Line } from './line.ts';
import { createLine } from './line.ts';

/** How much later than promised an answer may come before the connection is taken for dead. */
const GRACE_MS = 3000;
const LONGEST_MS = 2 ** 31 - 1 - GRACE_MS;

/** One connection for one XREAD at a time, which blocks it. */
export interface Reader {
  /** What came behind these positions, or null; throws Problem `ledger`, also when it was dropped. */
  read(streams: readonly [key: string, after: string][], blockMs: number, count?: number): Promise<unknown>;
  /** Ends the read that blocks. */
  drop(): void;
  close(): Promise<void>;
}

/** Connections that wait for entries. */
export interface Readers {
  /** What came behind these positions; null when nothing did, on abort and on close. */
  wait(streams: readonly [key: string, after: string][], blockMs: number, signal: AbortSignal): Promise<unknown>;
  /** Ends all waits. */
  close(): Promise<void>;
}

/** One reader. A connection that is silent beyond its time is dead: a frozen server, a network that is gone. */
export function createReader(address: Address): Reader {
  const line: Line = createLine(address);
  return {
    read: async (streams, blockMs, count) => {
      const waitMs = Math.min(Math.max(1, Math.ceil(blockMs)), LONGEST_MS);
      const where = [...streams.map(([key]) => key), ...streams.map(([, after]) => after)];
      let isDead = false;
      const dead = setTimeout(() => {
        isDead = true;
        line.drop();
      }, waitMs + GRACE_MS);
      try {
        return await line.act(
          (redis) =>
            count === undefined
              ? redis.xread('BLOCK', waitMs, 'STREAMS', ...where)
              : redis.xread('COUNT', count, 'BLOCK', waitMs, 'STREAMS', ...where),
          'harmless',
        );
      } catch (error) {
        throw isDead ? ledgerFailure(address.where, new Error('Command timed out')) : error;
      } finally {
        clearTimeout(dead);
      }
    },
    drop: line.drop,
    close: line.close,
  };
}

/** Readers for whoever waits: as many as there are waits at once, of which one is kept for the next. */
export function createReaders(address: Address): Readers {
  const busy = new Set<Reader>();
  let spare: Reader | undefined;
  let closed = false;

  function keep(reader: Reader): void {
    if (spare || closed) {
      void reader.close().then(() => busy.delete(reader));
      return;
    }
    busy.delete(reader);
    spare = reader;
  }

  return {
    wait: async (streams, blockMs, signal) => {
      if (closed) throw closedLedger(address.where);
      const reader = spare ?? createReader(address);
      spare = undefined;
      busy.add(reader);
      signal.addEventListener('abort', reader.drop);
      try {
        return await reader.read(streams, blockMs);
      } catch (error) {
        if (signal.aborted || closed) return null;
        throw error;
      } finally {
        signal.removeEventListener('abort', reader.drop);
        keep(reader);
      }
    },
    close: async () => {
      closed = true;
      await Promise.all([...busy, ...(spare ? [spare] : [])].map((reader) => reader.close()));
    },
  };
}
