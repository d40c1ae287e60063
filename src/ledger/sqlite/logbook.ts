import { z } from 'zod';
import type { Ledger } from '../port.ts';
import { AuditEntry } from '../records.ts';
import type { Database } from './database.ts';
import { bodyOf } from './records.ts';

type Slice = Pick<Ledger, 'audit' | 'audits' | 'recall' | 'remember' | 'beacons' | 'setBeacon' | 'ping'>;

const AuditRow = bodyOf(AuditEntry);
const BeaconRow = z.object({ node: z.string(), token: z.string() });
const FactRow = z.object({ value: z.string() });

/** What is only written down and read back: the audit, the hub's small facts and the beacons. */
export function createLogbook({ db }: { db: Database }): Slice {
  return {
    audit: async (entries) => db.write(() => putAudit(db, entries)),
    audits: async (limit) =>
      db.read(() => db.all(AuditRow, 'SELECT body FROM audit ORDER BY position DESC LIMIT ?', limit)),

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

/** Adds lines to the audit; to be used within a transaction. */
export function putAudit(db: Database, entries: readonly AuditEntry[]): void {
  for (const entry of entries) db.run('INSERT INTO audit (body) VALUES (?)', JSON.stringify(AuditEntry.parse(entry)));
}
