import { expect, onTestFinished } from 'vitest';
import type { Ledger } from '#src/ledger/port.ts';
import type { RedisLedgerOptions } from '#src/ledger/redis/ledger.ts';
import { createRedisLedger } from '#src/ledger/redis/ledger.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { createRecordSeal } from '#src/wire/record.ts';
import { whyWithout } from '../../fixtures/redis.ts';

const why = whyWithout('redis-server');

/** How these tests name themselves, and whether they can run here. */
export const REDIS = { name: why ? `(${why})` : '', isMissing: why !== undefined };

/** The seal of the hub that all these ledgers belong to. */
export const SEAL = createRecordSeal(await makeKeys());

/** A ledger that is closed when the test is over. */
export function openLedger(options: RedisLedgerOptions): Ledger {
  const ledger = createRedisLedger({ seal: SEAL, ...options });
  onTestFinished(() => ledger.close());
  return ledger;
}

/** What every failure of the server is: a Problem with what to do next. */
export const problem = (message: RegExp) =>
  expect.objectContaining({ name: 'Problem', code: 'ledger', message: expect.stringMatching(message) });

/** How long a wait for events or orders may take to reach the server. */
export const BLOCKED = { withinMs: 5000, everyMs: 10, what: 'a wait to reach Redis' };
