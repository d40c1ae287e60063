import { z } from 'zod';
import type { Ledger } from '../port.ts';
import { AuditEntry, AuditLine } from '../records.ts';
import type { Database } from './database.ts';
import { bodyOf } from './records.ts';

const AuditRow = bodyOf(AuditEntry);
const LineRow = z.object({ line: z.string() });
const ChainedRow = LineRow.transform(({ line }) => AuditLine.parse(JSON.parse(line)));
const StateRow = z.object({ chain: z.string(), state: z.string() });
const CountRow = z.object({ count: z.number() });
const OLDEST = 'SELECT position FROM audit ORDER BY position LIMIT ?';

/** The audit: entries wait in `audit` until the hub chains them. */
export function createAudit({
  db,
}: {
  db: Database;
}): Pick<Ledger, 'audit' | 'audits' | 'auditTail' | 'sealAudit' | 'auditLines'> {
  const current = () => db.get(StateRow, 'SELECT chain, state FROM chain_state');
  return {
    audit: async (entries) => db.write(() => putAudit(db, entries)),
    audits: async (limit) =>
      db.read(() => {
        const loose = db.all(AuditRow, 'SELECT body FROM audit ORDER BY position DESC LIMIT ?', limit);
        const chained = 'SELECT line FROM chain WHERE chain = ? ORDER BY seq DESC LIMIT ?';
        return [...loose, ...db.all(ChainedRow, chained, current()?.chain ?? '', limit - loose.length)];
      }),
    auditTail: async (limit) =>
      db.read(() => {
        const found = current();
        const count = db.get(CountRow, 'SELECT count(*) AS count FROM chain WHERE chain = ?', found?.chain ?? '');
        const loose = db.all(AuditRow, 'SELECT body FROM audit ORDER BY position LIMIT ?', limit);
        return { state: found?.state, count: count?.count ?? 0, loose };
      }),
    sealAudit: async ({ from, state, chain, after, lines, taken, dropThrough }) =>
      db.write(() => {
        if (current()?.state !== from) return false;
        for (const [index, line] of lines.entries())
          db.run('INSERT INTO chain VALUES (?, ?, ?)', chain, after + 1 + index, line);
        db.run(`DELETE FROM audit WHERE position IN (${OLDEST})`, taken);
        db.run('INSERT OR REPLACE INTO chain_state VALUES (1, ?, ?)', chain, state);
        if (dropThrough !== undefined) db.run('DELETE FROM chain WHERE chain = ? AND seq <= ?', chain, dropThrough);
        return true;
      }),
    auditLines: async (after, limit) =>
      db.read(() => {
        const sql = 'SELECT line FROM chain WHERE chain = ? AND seq > ? ORDER BY seq LIMIT ?';
        return db.all(LineRow, sql, current()?.chain ?? '', after, limit).map(({ line }) => line);
      }),
  };
}

/** Adds lines to the audit; to be used within a transaction. */
export function putAudit(db: Database, entries: readonly AuditEntry[]): void {
  for (const entry of entries) db.run('INSERT INTO audit (body) VALUES (?)', JSON.stringify(AuditEntry.parse(entry)));
}
