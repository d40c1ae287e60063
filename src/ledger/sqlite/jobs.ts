import type { Ledger } from '../port.ts';
import { Job } from '../records.ts';
import type { Database } from './database.ts';
import type { Tables } from './records.ts';
import { bodyOf, findJobs, IdRow } from './records.ts';

const JobRow = bodyOf(Job);

/** Looking jobs up, and letting go of what is over. */
export function createJobs({
  db,
  tables,
}: {
  db: Database;
  tables: Tables;
}): Pick<Ledger, 'jobs' | 'jobsById' | 'trim'> {
  return {
    jobs: async ({ id = '', limit }) => db.read(() => db.all(JobRow, NEWEST, id, id, limit)),

    jobsById: async (ids) => db.read(() => findJobs(tables, ids)),

    trim: async ({ ordersBefore, recordsBefore }) =>
      db.write(() => {
        db.run('DELETE FROM orders WHERE created_at < ?', ordersBefore);
        for (const { id } of db.all(IdRow, OVER, recordsBefore)) forget(db, id);
        db.run(PAST_ALERTS, recordsBefore);
        db.run(PAST_HANDLINGS, recordsBefore);
      }),
  };
}

// Compared as text and not as a pattern, so that no character of what was typed means anything.
const NEWEST = 'SELECT body FROM job WHERE substr(id, 1, length(?)) = ? ORDER BY asked_at DESC, rowid DESC LIMIT ?';
const OVER = `SELECT id FROM post WHERE created_at < ?
  AND NOT EXISTS (SELECT 1 FROM job WHERE job.post = post.id AND job.state <> 'ended')
  AND NOT EXISTS (SELECT 1 FROM alert WHERE alert.id = post.alert AND alert.state = 'open')`;
const PAST_ALERTS = `DELETE FROM alert WHERE opened_at < ? AND state = 'resolved'
  AND NOT EXISTS (SELECT 1 FROM post WHERE post.alert = alert.id)`;
const PAST_HANDLINGS = `DELETE FROM handling WHERE at < ?
  AND NOT EXISTS (SELECT 1 FROM alert WHERE alert.id = handling.body ->> 'alert')`;

function forget(db: Database, post: string): void {
  for (const table of ['job', 'confirm', 'campaign', 'intent']) db.run(`DELETE FROM ${table} WHERE post = ?`, post);
  db.run('DELETE FROM post WHERE id = ?', post);
}
