import type { Ledger } from '#src/ledger/port.ts';
import type { RedisLedgerOptions } from '#src/ledger/redis/ledger.ts';
import { createRedisLedger as create } from '#src/ledger/redis/ledger.ts';
import { LEDGER_WRITES } from '../../points.ts';
import { watched } from '../../watched.ts';
import { pass } from '../passing.ts';

/** The real ledger with points around its writes. */
export function createRedisLedger(options: RedisLedgerOptions): Ledger {
  return watched(create(options), 'ledger', [...LEDGER_WRITES, 'advance'], pass);
}
