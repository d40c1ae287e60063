import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Problem } from '#src/kit/problem.ts';
import { migrate } from './schema.ts';

/** What SQLite keeps beside the file while it is open, and after a crash. */
export const BESIDE = ['-wal', '-shm'] as const;
const MEND = 'The next step, with the agent stopped: nightguard journal reset.';

/** Opens the journal's file, or makes it (mode 600), with its tables. Throws Problem `journal`; what is damaged is never replaced by a fresh one. */
export function openFile(file: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    if (file !== ':memory:' && !existsSync(file)) makeFile(file);
    if (file !== ':memory:' && statSync(file).size === 0) throw damaged(file, 'it is empty');
    db = connect(file);
    if (file !== ':memory:') chmodSync(file, 0o600);
    checkWhole(db, file);
    const opened = db;
    transact(opened, () => migrate(opened, file));
    return opened;
  } catch (cause) {
    db?.close();
    if (cause instanceof Problem && (cause.code === 'journal-version' || cause.code === 'journal-damaged')) throw cause;
    if (isDamage(cause)) throw damaged(file, (cause as Error).message, cause);
    throw new Problem(
      'journal',
      `The journal ${file} cannot be opened: ${(cause as Error).message}. Look at free disk space, the file system and the file's owner.`,
      { cause },
    );
  }
}

/** Runs `act` as one write that is on disk when this returns. Throws Problem `journal`, and nothing is written then. */
export function transact<T>(db: DatabaseSync, act: () => T): T {
  return saying('The journal cannot be written, so nothing new is started.', () => {
    try {
      db.exec('BEGIN IMMEDIATE');
      const outcome = act();
      db.exec('COMMIT');
      return outcome;
    } catch (cause) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw cause;
    }
  });
}

/** What `act` reads. Throws Problem `journal` when the disk does not give it. */
export function lookUp<T>(act: () => T): T {
  return saying('The journal cannot be read, so nothing new is started.', act);
}

/** Whether something failed because the journal could not be written or read. */
export function journalFails(error: unknown): boolean {
  return error instanceof Problem && error.code === 'journal';
}

function saying<T>(sentence: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof Problem || !isFromSqlite(cause)) throw cause;
    throw new Problem('journal', `${sentence} Look at free disk space and the file system.`, { cause });
  }
}

// It is made whole under another name: so a file that is empty or half is never one that was being made.
function makeFile(file: string): void {
  const left = BESIDE.map((end) => `${file}${end}`).find((each) => existsSync(each));
  if (left !== undefined) throw damaged(file, `it is gone, and ${left} is still there`);
  const fresh = `${file}.new`;
  for (const end of ['', ...BESIDE]) rmSync(`${fresh}${end}`, { force: true });
  const db = connect(fresh);
  try {
    chmodSync(fresh, 0o600);
    transact(db, () => migrate(db, file));
  } finally {
    db.close();
  }
  renameSync(fresh, file);
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function connect(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = 1; PRAGMA busy_timeout = 5000;');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function checkWhole(db: DatabaseSync, file: string): void {
  const found = db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (found !== 'ok') throw damaged(file, String(found));
  const tables = db.prepare("SELECT count(*) AS count FROM sqlite_schema WHERE name IN ('facts', 'jobs', 'outbox')");
  if (file !== ':memory:' && tables.get()?.['count'] !== 3) throw damaged(file, 'its tables are missing');
}

function damaged(file: string, how: string, cause?: unknown): Problem {
  const sentence = `The journal ${file} is damaged: ${how.split('\n', 1)[0]}. Without it this node cannot tell what it has done already, so it takes no orders. ${MEND}`;
  return new Problem('journal-damaged', sentence, { cause });
}

// SQLITE_CORRUPT and SQLITE_NOTADB, whose extended codes keep them in the low byte.
function isDamage(error: unknown): boolean {
  const cause = error instanceof Problem ? error.cause : error;
  return isFromSqlite(cause) && [11, 26].includes(cause.errcode & 0xff);
}

function isFromSqlite(error: unknown): error is Error & { errcode: number } {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}
