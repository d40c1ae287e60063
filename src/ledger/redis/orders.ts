import { Problem } from '#src/kit/problem.ts';
import type { Ledger } from '../port.ts';
import type { Entry } from '../writes.ts';
import type { Line } from './line.ts';
import { ORDERS } from './lua/jobs.ts';
import type { Readers } from './readers.ts';
import { packOrders } from './records.ts';
import type { ReadReply } from './reply.ts';
import { Nothing, Streams } from './reply.ts';
import type { Scripts } from './scripts.ts';
import { defineScript } from './scripts.ts';

interface Deps {
  line: Line;
  scripts: Scripts;
  readReply: ReadReply;
  readers: Readers;
  prefix: string;
  now: () => number;
}

const SEND = defineScript(ORDERS, 'send(A.orders, A.at)');

/** Orders in, and out to the node that waits for them. */
export function createOrders(deps: Deps): Pick<Ledger, 'orders' | 'send'> {
  const { line, scripts, readReply, readers, prefix, now } = deps;
  const entriesOf = (answer: unknown): Entry[] => readReply(Streams, answer).flatMap(([, entries]) => entries);
  return {
    // An order that comes twice is known by its job.
    send: async (orders) => {
      await scripts.run(SEND, Nothing, { orders: packOrders(orders), at: String(now()) }, 'harmless');
    },

    // One XREAD both looks and waits: nothing can come between.
    orders: async (node, after, blockMs, signal) => {
      const key = `${prefix}orders:${node}`;
      const from = parsePosition(after);
      if (blockMs > 0 && !signal.aborted) return entriesOf(await readers.wait([[key, from]], blockMs, signal));
      return entriesOf(await line.act((redis) => redis.xread('STREAMS', key, from), 'harmless'));
    },
  };
}

/** A position as Redis takes it; throws Problem `ledger` for what is none. */
export function parsePosition(position: string): string {
  if (!/^\d{1,20}(-\d{1,20})?$/.test(position))
    throw new Problem('ledger', `"${position}" is no position in this ledger: read from 0.`);
  return position;
}
