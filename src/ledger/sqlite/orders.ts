import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import type { Ledger } from '../port.ts';
import type { Entry, OrderOut } from '../writes.ts';
import type { Bell } from './bell.ts';
import type { Database } from './database.ts';

interface Deps {
  db: Database;
  bell: Bell;
  now: () => number;
}

/** A row of a stream. */
export const EntryRow = z.object({ position: z.number().transform(String), token: z.string() });

/** Orders in, and out to the node that waits for them. */
export function createOrders({ db, bell, now }: Deps): Pick<Ledger, 'orders' | 'send'> {
  return {
    send: async (orders) => {
      db.write(() => putOrders(db, orders, now()));
      ringOrders(bell, orders);
    },

    // Between the first read and the wait there is no await: an order can come before or after, never between.
    orders: async (node, after, blockMs, signal) => {
      const ready = db.read(() => behind(db, node, after));
      if (ready.length > 0 || blockMs <= 0 || signal.aborted) return ready;
      await bell.wait(`orders ${node}`, blockMs, signal);
      return signal.aborted || !db.isOpen() ? [] : db.read(() => behind(db, node, after));
    },
  };
}

/** Writes orders into the streams of their nodes; to be used within a transaction. */
export function putOrders(db: Database, orders: readonly OrderOut[], at: number): void {
  const insert = 'INSERT INTO orders (node, job, token, created_at) VALUES (?, ?, ?, ?)';
  for (const { node, job, token } of orders) db.run(insert, node, job, token, at);
}

/** Wakes the nodes whose orders are on disk now. */
export function ringOrders(bell: Bell, orders: readonly OrderOut[]): void {
  for (const node of new Set(orders.map((order) => order.node))) bell.ring(`orders ${node}`);
}

/** A position as a number. */
export function parsePosition(position: string): number {
  if (!/^\d{1,15}$/.test(position))
    throw new Problem('ledger', `"${position}" is no position in this ledger: read from 0.`);
  return Number(position);
}

function behind(db: Database, node: string, after: string): Entry[] {
  const select = 'SELECT position, token FROM orders WHERE node = ? AND position > ? ORDER BY position';
  return db.all(EntryRow, select, node, parsePosition(after));
}
