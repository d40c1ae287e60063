import { Problem } from '#src/kit/problem.ts';

const AWAY = 'check that it runs, that this machine reaches it, and that its address is right';
// The first word of what Redis answers, what it means, and what a person can do about it.
const ANSWERS: Record<string, { is: string; advice: string }> = {
  OOM: { is: 'is full', advice: 'give it more memory (maxmemory) or remove what does not belong to Nightguard' },
  READONLY: { is: 'is a copy that takes no writes', advice: 'use the address of the primary server' },
  LOADING: { is: 'is still loading its data', advice: 'try again in a moment' },
  BUSY: { is: 'is busy with a script of somebody else', advice: 'try again in a moment' },
  MISCONF: { is: 'cannot write to its disk', advice: 'check the free space and the log of Redis' },
  NOPERM: { is: 'does not let this user do that', advice: 'give the user the rights that docs/configuration.md lists' },
  WRONGPASS: { is: 'refused user and password', advice: 'check both in its address' },
  NOAUTH: { is: 'wants a user and a password', advice: 'add both to its address' },
  WRONGTYPE: {
    is: 'has something else under our keys',
    advice: 'use a database or a prefix of its own for Nightguard',
  },
  NOPROTO: { is: 'speaks another version of the protocol', advice: 'use Redis 7 or Valkey' },
};

/** What ioredis threw as a Problem `ledger`; `trouble` is what the connection itself said last. What was asked is never shown: it may hold a password. */
export function ledgerFailure(where: string, error: unknown, trouble?: Error): Problem {
  const cause = bare(isAnswer(trouble) && !isAnswer(error) ? trouble : error);
  const answer = ANSWERS[cause.message.split(' ', 1)[0] ?? ''];
  if (answer) return new Problem('ledger', `The ledger at ${where} ${answer.is}: ${answer.advice}.`, { cause });
  if (isAnswer(cause))
    return new Problem('ledger', `The ledger at ${where} answered "${cause.message.slice(0, 200)}": ${AWAY}.`, {
      cause,
    });
  if (isTimeout(cause))
    return new Problem(
      'ledger',
      `The ledger at ${where} did not answer in time, and what was asked may still happen: check its load and the network.`,
      { cause },
    );
  const last = bare(trouble ?? error);
  if ('code' in last && /CERT|SIGNATURE/.test(String(last.code)))
    return new Problem(
      'ledger',
      `The ledger at ${where} shows a certificate that cannot be trusted (${last.code}): use the name it is for, and hand in the certificate it was signed with as a file.`,
      { cause: last },
    );
  return new Problem('ledger', `The ledger at ${where} cannot be reached (${last.message}): ${AWAY}.`, { cause: last });
}

/** Whether a connection that once worked broke off, so that a new one may do better. */
export function isBroken(error: unknown): boolean {
  return error instanceof Error && !isAnswer(error) && !isTimeout(error);
}

/** Whether no answer came in time. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Command timed out';
}

/** A stored record that does not fit its schema. */
export function damagedRecord(where: string, cause: unknown): Problem {
  const advice = 'restore the ledger from a backup, or give Nightguard an empty database';
  return new Problem('ledger', `A record in the ledger at ${where} cannot be read: ${advice}.`, { cause });
}

/** Somebody asked a ledger that was closed. */
export function closedLedger(where: string): Problem {
  return new Problem('ledger', `The ledger at ${where} is closed: start Nightguard again.`);
}

// Redis itself said no: the connection is sound.
function isAnswer(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}

// The errors of ioredis carry the command with its arguments: a password, a whole record.
function bare(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('unknown error');
  const copy = new Error(error.message.split('\n', 1)[0]);
  copy.name = error.name;
  if ('code' in error && typeof error.code === 'string') Object.assign(copy, { code: error.code });
  return copy;
}
