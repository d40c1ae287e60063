import { z } from 'zod';
import type { Ledger } from '../port.ts';
import type { Database } from './database.ts';

type Slice = Pick<Ledger, 'recall' | 'remember' | 'beacons' | 'setBeacon' | 'ping'>;

const BeaconRow = z.object({ node: z.string(), token: z.string() });
const FactRow = z.object({ value: z.string() });

/** What is only written down and read back: the hub's small facts and the beacons. */
export function createLogbook({ db }: { db: Database }): Slice {
  return {
    recall: async (key) => db.read(() => db.get(FactRow, 'SELECT value FROM fact WHERE key = ?', key)?.value),
    remember: async (key, value) => {
      db.write(() => db.run('INSERT OR REPLACE INTO fact (key, value) VALUES (?, ?)', key, value));
    },

    beacons: async (nodes) =>
      db.read(() =>
        nodes
          .map((node) => db.get(BeaconRow, 'SELECT node, token FROM beacon WHERE node = ?', node))
          .filter((beacon) => beacon !== undefined),
      ),
    setBeacon: async (node, token) => {
      db.write(() => db.run('INSERT OR REPLACE INTO beacon (node, token) VALUES (?, ?)', node, token));
    },

    ping: async () => {
      db.read(() => db.all(FactRow, 'SELECT value FROM fact LIMIT 1'));
    },
  };
}
