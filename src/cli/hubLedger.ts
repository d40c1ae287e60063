import type { Logger } from 'pino';
import type { Ledger } from '#src/ledger/port.ts';
import { createRedisLedger } from '#src/ledger/redis/ledger.ts';
import type { Keys } from '#src/wire/keys.ts';
import { createRecordSeal } from '#src/wire/record.ts';
import type { Settings } from './settings.ts';

/** The hub's ledger in Redis: what it keeps there is sealed under the secret of its key file, and what does not open is said in the log. */
export function openHubLedger(deps: { redis: NonNullable<Settings['redis']>; keys: Keys; log: Logger }): Ledger {
  const { redis, keys, log } = deps;
  return createRedisLedger({
    url: redis.url,
    tls: { ca: redis.ca },
    seal: createRecordSeal(keys),
    onLost: (record) => log.warn({ record }, 'a record in the ledger is not what this hub wrote; it counts as lost'),
  });
}
