import type { DatabaseSync } from 'node:sqlite';
import { Problem } from '#src/kit/problem.ts';

const FIRST = `
  CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS jobs (
    job TEXT PRIMARY KEY, work TEXT, expires_at INTEGER, accepted_at INTEGER, started_at INTEGER,
    before TEXT, once_step TEXT, finished_at INTEGER) STRICT;
  CREATE INDEX IF NOT EXISTS jobs_open ON jobs (accepted_at) WHERE finished_at IS NULL;
  CREATE TABLE IF NOT EXISTS outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, saying TEXT NOT NULL) STRICT;`;
const ENDINGS_AND_CONDITIONS = `
  ALTER TABLE jobs ADD COLUMN ending TEXT;
  CREATE TABLE conditions (fingerprint TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;`;
const RULES = `
  ALTER TABLE jobs ADD COLUMN rule TEXT;
  ALTER TABLE jobs ADD COLUMN operator INTEGER;
  CREATE INDEX jobs_by_rule ON jobs (rule, operator, accepted_at) WHERE rule IS NOT NULL;
  ALTER TABLE outbox ADD COLUMN policy TEXT;`;
const AUDIT = 'CREATE TABLE audit (seq INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT;';
// A job is whole until it is compacted: then `verdict` is all that is left of how it ended.
const RETENTION = `
  ALTER TABLE jobs ADD COLUMN verdict TEXT;
  CREATE INDEX jobs_whole ON jobs (finished_at) WHERE finished_at IS NOT NULL AND verdict IS NULL;
  CREATE INDEX jobs_compact ON jobs (finished_at) WHERE verdict IS NOT NULL;`;
// The step at index n brings a file from version n to n + 1.
const STEPS = [FIRST, ENDINGS_AND_CONDITIONS, RULES, AUDIT, RETENTION];

/** Brings the tables of the journal in `file` to this release. Throws Problem `journal-version` when a newer one made them. */
export function migrate(db: DatabaseSync, file: string): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > STEPS.length)
    throw new Problem('journal-version', `The journal ${file} is from a newer Nightguard: install that release.`);
  for (const step of STEPS.slice(version)) db.exec(step);
  db.exec(`PRAGMA user_version = ${STEPS.length}`);
}
