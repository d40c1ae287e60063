import { z } from 'zod';
import type { Ledger } from '../port.ts';
import type { Database } from './database.ts';

const TextRow = z.object({ name: z.string(), text: z.string() });

/** What the hub has sealed for itself, and the end of a node. */
export function createShelves({ db }: { db: Database }): Pick<Ledger, 'shelf' | 'shelve' | 'clear'> {
  return {
    shelf: async (shelf) =>
      db.read(() => {
        const rows = db.all(TextRow, 'SELECT name, text FROM shelf WHERE shelf = ?', shelf);
        return Object.fromEntries(rows.map(({ name, text }) => [name, text]));
      }),

    shelve: async ({ shelf, name, from, to }) =>
      db.write(() => {
        const select = 'SELECT name, text FROM shelf WHERE shelf = ? AND name = ?';
        const now = db.get(TextRow, select, shelf, name)?.text;
        if (now === to) return true;
        if (now !== from) return false;
        if (to === undefined) db.run('DELETE FROM shelf WHERE shelf = ? AND name = ?', shelf, name);
        else db.run('INSERT OR REPLACE INTO shelf (shelf, name, text) VALUES (?, ?, ?)', shelf, name, to);
        return true;
      }),

    clear: async (node) =>
      db.write(() => {
        for (const table of ['orders', 'event', 'cursor', 'beacon'])
          db.run(`DELETE FROM ${table} WHERE node = ?`, node);
      }),
  };
}
