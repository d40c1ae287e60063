import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Problem } from '#src/kit/problem.ts';

/** Takes a state folder for this process until it ends, however it ends. Throws Problem `locked` that says who has it. */
export function lockState(folder: string): { release(): void } {
  const holder = join(folder, 'holder');
  const db = new DatabaseSync(join(folder, 'lock.db'));
  try {
    // An exclusive transaction is a lock of the operating system: it falls with the process, also at kill -9.
    db.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (cause) {
    db.close();
    throw new Problem(
      'locked',
      `${folder} is in use by ${readHolder(holder)}. Stop it, or set NIGHTGUARD_STATE to another folder.`,
      { cause },
    );
  }
  writeFileSync(holder, `process ${process.pid}, started ${new Date().toISOString()}`, { mode: 0o600 });
  return { release: () => db.close() };
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return 'another process';
  }
}
