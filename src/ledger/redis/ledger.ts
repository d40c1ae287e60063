import type { Secret } from '#src/kit/secret.ts';
import type { Ledger } from '../port.ts';
import { parseAddress } from './address.ts';
import { createAlerts } from './alerts.ts';
import { createAsking } from './asking.ts';
import { createEventWait } from './eventWait.ts';
import { createFolding } from './folding.ts';
import { createJobs } from './jobs.ts';
import { createLine } from './line.ts';
import { createLogbook } from './logbook.ts';
import { createOrders } from './orders.ts';
import { createReaders } from './readers.ts';
import { createReadReply } from './reply.ts';
import { createScripts } from './scripts.ts';
import { createShelves } from './shelf.ts';
import { createTelling } from './telling.ts';

/** How long a command may take. */
const ANSWER_MS = 3000;

/** What a ledger in Redis is made from. */
export interface RedisLedgerOptions {
  /** `redis://user:password@host:6379`, or `rediss://` for TLS. */
  url: Secret | string;
  /** `ca`: the file with the certificate that a private server's own was signed with. */
  tls?: { ca?: string | undefined } | undefined;
  /** What all keys begin with; each node's user has rights on keys by their names. */
  prefix?: string | undefined;
  now?: (() => number) | undefined;
}

/**
 * The ledger in one Redis or Valkey, for a hub and agents on many machines. It connects when it is first used, and an agent that
 * uses its half alone sends plain commands only. What is answered is as durable as Redis keeps it: use AOF and `noeviction`.
 * Throws Problem `ledger` for an address that cannot be read.
 */
export function createRedisLedger({ url, tls, prefix = 'ng:', now = Date.now }: RedisLedgerOptions): Ledger {
  const address = parseAddress(url, tls);
  const line = createLine(address, ANSWER_MS);
  const readReply = createReadReply(address.where);
  const scripts = createScripts({ line, prefix, readReply });
  const readers = createReaders(address);
  const eventWait = createEventWait({ address, readReply, prefix });
  return {
    ...createAsking({ scripts, now }),
    ...createFolding({ line, scripts, readReply, eventWait, prefix }),
    ...createAlerts({ scripts }),
    ...createTelling({ scripts }),
    ...createJobs({ scripts }),
    ...createOrders({ line, scripts, readReply, readers, prefix, now }),
    ...createLogbook({ line, scripts, readReply, prefix }),
    ...createShelves({ line, scripts, readReply, prefix }),
    close: async () => {
      await Promise.all([eventWait.close(), readers.close(), line.close()]);
    },
  };
}
