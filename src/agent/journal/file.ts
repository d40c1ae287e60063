import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Problem } from '#src/kit/problem.ts';
import { freshId } from '#src/wire/ids.ts';

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
// The step at index n brings a file from version n to n + 1.
const STEPS = [FIRST, ENDINGS_AND_CONDITIONS, RULES, AUDIT];

/** Opens the journal's file, or makes it (mode 600), with its tables. Throws Problem `journal`. */
export function openFile(file: string): DatabaseSync {
  try {
    const db = new DatabaseSync(file);
    if (file !== ':memory:') chmodSync(file, 0o600);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = 1; PRAGMA busy_timeout = 5000;');
    transact(db, () => migrate(db, file));
    return db;
  } catch (cause) {
    if (cause instanceof Problem && cause.code === 'journal-version') throw cause;
    throw new Problem(
      'journal',
      `The journal ${file} cannot be opened: ${(cause as Error).message}. Look at the disk and the file's owner.`,
      { cause },
    );
  }
}

/** The journal's own name: a lost journal begins a new log, so that its numbers are not taken for old ones. */
export function logOf(db: DatabaseSync): string {
  db.prepare("INSERT OR IGNORE INTO facts VALUES ('log', ?)").run(freshId());
  return String(db.prepare("SELECT value FROM facts WHERE key = 'log'").get()?.['value']);
}

/** Runs `act` as one write that is on disk when this returns. Throws Problem `journal`, and nothing is written then. */
export function transact<T>(db: DatabaseSync, act: () => T): T {
  try {
    db.exec('BEGIN IMMEDIATE');
    const outcome = act();
    db.exec('COMMIT');
    return outcome;
  } catch (cause) {
    if (db.isTransaction) db.exec('ROLLBACK');
    if (cause instanceof Problem) throw cause;
    throw new Problem(
      'journal',
      'The journal cannot be written, so nothing new is started. Look at free disk space and the file system.',
      { cause },
    );
  }
}

function migrate(db: DatabaseSync, file: string): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > STEPS.length)
    throw new Problem('journal-version', `The journal ${file} is from a newer Nightguard: install that release.`);
  for (const step of STEPS.slice(version)) db.exec(step);
  db.exec(`PRAGMA user_version = ${STEPS.length}`);
}
