import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import type { Saying } from '#src/wire/event.ts';
import { Event } from '#src/wire/event.ts';
import { freshId } from '#src/wire/ids.ts';
import { WorkOrder } from '#src/wire/order.ts';

/** What the journal knows of one job. */
export interface JournalEntry {
  job: string;
  order: WorkOrder;
  /** By this time (ms since 1970) it must have started. */
  expiresAt: number;
  startedAt: number | undefined;
  /** The image of the target from before the start. */
  before: unknown;
  /** The last step of kind `once` that was begun. */
  onceStep: string | undefined;
}

/** The agent's own durable record. Every method is on disk (synchronous=FULL) before it returns; all throw Problem `journal` when it cannot be. */
export interface Journal {
  /** Takes a job, once in the life of the journal, and says so; false when it is known already. */
  accept(job: string, order: WorkOrder, expiresAt: number): boolean;
  /** From here on the job never runs again: after a crash it is verified. */
  start(job: string, before: unknown): void;
  /** A step of kind `once` begins. */
  begin(job: string, step: string): void;
  /** Ends a job with its last saying. A job that was never accepted is noted too, so that it can never start. */
  finish(job: string, saying: Saying): void;
  /** Something to say that changes nothing in the journal. */
  say(saying: Saying): void;
  knows(job: string): 'never seen' | 'open' | 'finished';
  /** Jobs that were accepted and not finished, oldest first. */
  open(): JournalEntry[];
  /** Said after number `after` and not acknowledged, in order. */
  unsent(after: number, limit: number): Event[];
  /** The hub has all up to `seq` of this log. */
  acknowledge(log: string, seq: number): void;
  /** Calls back after each new saying. */
  onSaying(listener: () => void): void;
  close(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS jobs (
    job TEXT PRIMARY KEY, work TEXT, expires_at INTEGER, accepted_at INTEGER, started_at INTEGER,
    before TEXT, once_step TEXT, finished_at INTEGER) STRICT;
  CREATE INDEX IF NOT EXISTS jobs_open ON jobs (accepted_at) WHERE finished_at IS NULL;
  CREATE TABLE IF NOT EXISTS outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, saying TEXT NOT NULL) STRICT;`;

/** Opens the journal in `file`, or makes it there (mode 600). Throws Problem `journal`. */
export function createJournal({ file, now }: { file: string; now: () => number }): Journal {
  const db = openFile(file);
  const log = logOf(db);
  const listeners: (() => void)[] = [];
  const write = (act: () => boolean): boolean => transact(db, act);
  const speak = (saying: Saying) =>
    db.prepare('INSERT INTO outbox (at, saying) VALUES (?, ?)').run(now(), JSON.stringify(saying));
  const spoken = () => {
    for (const listener of listeners) listener();
  };

  return {
    accept(job, order, expiresAt) {
      const fresh = write(() => {
        const sql = 'INSERT OR IGNORE INTO jobs (job, work, expires_at, accepted_at) VALUES (?, ?, ?, ?)';
        const added = db.prepare(sql).run(job, JSON.stringify(order), expiresAt, now()).changes === 1;
        if (added) speak({ kind: 'accepted', job });
        return added;
      });
      if (fresh) spoken();
      return fresh;
    },
    start(job, before) {
      write(() =>
        touched(
          db
            .prepare('UPDATE jobs SET started_at = ?, before = ? WHERE job = ?')
            .run(now(), JSON.stringify(before ?? null), job),
        ),
      );
    },
    begin(job, step) {
      write(() => touched(db.prepare('UPDATE jobs SET once_step = ? WHERE job = ?').run(step, job)));
    },
    finish(job, saying) {
      write(() => {
        const sql =
          'INSERT INTO jobs (job, finished_at) VALUES (?, ?) ON CONFLICT (job) DO UPDATE SET finished_at = excluded.finished_at WHERE finished_at IS NULL';
        const first = db.prepare(sql).run(job, now()).changes === 1;
        if (first) speak(saying);
        return first;
      });
      spoken();
    },
    say(saying) {
      write(() => touched(speak(saying)));
      spoken();
    },
    knows(job) {
      const row = db.prepare('SELECT finished_at IS NULL AS open FROM jobs WHERE job = ?').get(job);
      return row === undefined ? 'never seen' : row['open'] === 1 ? 'open' : 'finished';
    },
    open: () => db.prepare('SELECT * FROM jobs WHERE finished_at IS NULL ORDER BY accepted_at').all().map(entryOf),
    unsent(after, limit) {
      const rows = db
        .prepare('SELECT seq, at, saying FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?')
        .all(after, limit);
      return rows.map(({ seq, at, saying }) => Event.parse({ v: 1, log, seq, at, saying: JSON.parse(String(saying)) }));
    },
    acknowledge(ofLog, seq) {
      if (ofLog === log) write(() => touched(db.prepare('DELETE FROM outbox WHERE seq <= ?').run(seq)));
    },
    onSaying: (listener) => listeners.push(listener),
    close: () => db.close(),
  };
}

function openFile(file: string): DatabaseSync {
  try {
    const db = new DatabaseSync(file);
    if (file !== ':memory:') chmodSync(file, 0o600);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = 1; PRAGMA busy_timeout = 5000;');
    db.exec(SCHEMA);
    return db;
  } catch (cause) {
    throw new Problem(
      'journal',
      `The journal ${file} cannot be opened: ${(cause as Error).message}. Look at the disk and the file's owner.`,
      { cause },
    );
  }
}

/** The journal's own name: a lost journal begins a new log, so that its numbers are not taken for old ones. */
function logOf(db: DatabaseSync): string {
  db.prepare("INSERT OR IGNORE INTO facts VALUES ('log', ?)").run(freshId());
  return String(db.prepare("SELECT value FROM facts WHERE key = 'log'").get()?.['value']);
}

function transact(db: DatabaseSync, act: () => boolean): boolean {
  try {
    db.exec('BEGIN IMMEDIATE');
    const outcome = act();
    db.exec('COMMIT');
    return outcome;
  } catch (cause) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw new Problem(
      'journal',
      'The journal cannot be written, so nothing new is started. Look at free disk space and the file system.',
      { cause },
    );
  }
}

function touched({ changes }: { changes: number | bigint }): boolean {
  return Number(changes) > 0;
}

const Row = z.object({
  job: z.string(),
  work: z.string(),
  expires_at: z.number(),
  started_at: z.number().nullable(),
  before: z.string().nullable(),
  once_step: z.string().nullable(),
});

function entryOf(row: unknown): JournalEntry {
  const { job, work, expires_at, started_at, before, once_step } = Row.parse(row);
  return {
    job,
    order: WorkOrder.parse(JSON.parse(work)),
    expiresAt: expires_at,
    startedAt: started_at ?? undefined,
    before: JSON.parse(before ?? 'null'),
    onceStep: once_step ?? undefined,
  };
}
