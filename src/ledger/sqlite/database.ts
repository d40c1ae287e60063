import { chmodSync, closeSync, openSync } from 'node:fs';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { DatabaseSync } from 'node:sqlite';
import type { z } from 'zod';
import { closedLedger, damagedRecord, ledgerFailure } from './failure.ts';
import { migrate } from './schema.ts';

/** How long a write waits for another process that holds the file; it holds up this process as well. */
const BUSY_MS = 3000;

/** The open file: transactions that are over when they return, and rows that went through their schema. */
export interface Database {
  /** Runs `work` on one state of the file. */
  read<T>(work: () => T): T;
  /** Runs `work` as one atomic write: on disk when this returns, and without a trace when it throws. */
  write<T>(work: () => T): T;
  /** Rows of a statement; only within `read` or `write`, as `get` and `run`. */
  all<T>(row: z.ZodType<T>, sql: string, ...values: SQLInputValue[]): T[];
  get<T>(row: z.ZodType<T>, sql: string, ...values: SQLInputValue[]): T | undefined;
  /** How many rows a statement changed. */
  run(sql: string, ...values: SQLInputValue[]): number;
  isOpen(): boolean;
  close(): void;
}

/** Opens a ledger file, or makes it, readable for its owner alone. Throws Problem `ledger`. */
export function openDatabase(file: string): Database {
  const connection = guard(file, () => connect(file));
  const statements = new Map<string, StatementSync>();

  function prepare(sql: string): StatementSync {
    const known = statements.get(sql);
    if (known) return known;
    const made = connection.prepare(sql);
    statements.set(sql, made);
    return made;
  }

  function transaction<T>(begin: string, work: () => T): T {
    if (!connection.isOpen) throw closedLedger(file);
    return guard(file, () => {
      try {
        prepare(begin).run();
        const answer = work();
        prepare('COMMIT').run();
        return answer;
      } finally {
        if (connection.isTransaction) connection.exec('ROLLBACK');
      }
    });
  }

  return {
    read: (work) => transaction('BEGIN', work),
    write: (work) => transaction('BEGIN IMMEDIATE', work),
    all: (row, sql, ...values) =>
      prepare(sql)
        .all(...values)
        .map((found) => parseRow(file, row, found)),
    get: (row, sql, ...values) => {
      const found = prepare(sql).get(...values);
      return found === undefined ? undefined : parseRow(file, row, found);
    },
    run: (sql, ...values) => Number(prepare(sql).run(...values).changes),
    isOpen: () => connection.isOpen,
    close: () => {
      if (connection.isOpen) guard(file, () => connection.close());
    },
  };
}

function connect(file: string): DatabaseSync {
  if (file !== ':memory:') {
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
  }
  const connection = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    // fullfsync is for macOS, where fsync alone leaves the data in the drive's cache.
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = 1');
    migrate(connection, file);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function guard<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw ledgerFailure(file, error);
  }
}

function parseRow<T>(file: string, row: z.ZodType<T>, found: unknown): T {
  try {
    return row.parse(found);
  } catch (cause) {
    throw damagedRecord(file, cause);
  }
}
