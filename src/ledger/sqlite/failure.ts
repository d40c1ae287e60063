import { Problem, sentenceOf } from '#src/kit/problem.ts';

const RESTORE = 'stop Nightguard and move the file away with its -wal and -shm; the next start makes a new one';
// The first byte of SQLite's result code, and what a person can do about it.
const ADVICE = new Map([
  [5, 'another process is writing to it: stop that one'],
  [8, 'make the file and its folder writable for this user'],
  [10, 'the disk answered with an error: check the disk and the free space'],
  [11, RESTORE],
  [13, 'the disk is full: free some space'],
  [14, 'check that its folder exists and belongs to this user'],
  [26, RESTORE],
]);

/** What was thrown, as a Problem `ledger` with the next thing to do when the database or its file is to blame; bugs stay what they are. */
export function ledgerFailure(file: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Problem) return error;
  if ('errcode' in error && typeof error.errcode === 'number')
    return awayProblem(file, error, ADVICE.get(error.errcode & 0xff) ?? RESTORE);
  if ('syscall' in error) return awayProblem(file, error, 'check that its folder exists and belongs to this user');
  return error;
}

/** A stored record that does not fit its schema. */
export function damagedRecord(file: string, cause: unknown): Problem {
  return new Problem('ledger', `A record in the ledger ${file} cannot be read: ${RESTORE}.`, { cause });
}

/** Somebody asked a ledger that was closed. */
export function closedLedger(file: string): Problem {
  return new Problem('ledger', `The ledger ${file} is closed: start Nightguard again.`);
}

function awayProblem(file: string, cause: Error, advice: string): Problem {
  return new Problem('ledger', `The ledger ${file} cannot be used (${sentenceOf(cause)}): ${advice}.`, { cause });
}
