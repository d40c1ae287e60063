import type { DatabaseSync } from 'node:sqlite';
import { touched } from './entry.ts';

/** What a journal keeps under a key; undefined when that is nothing. */
export function readFact(db: DatabaseSync, key: string): string | undefined {
  const value = db.prepare('SELECT value FROM facts WHERE key = ?').get(key)?.['value'];
  return value === undefined ? undefined : String(value);
}

/** Keeps something under a key, within a write. */
export function keepFact(db: DatabaseSync, key: string, value: string | number): boolean {
  return touched(db.prepare('INSERT OR REPLACE INTO facts VALUES (?, ?)').run(key, String(value)));
}
