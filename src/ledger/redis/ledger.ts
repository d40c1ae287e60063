import type { Secret } from '#src/kit/secret.ts';
import type { RecordSeal } from '#src/wire/record.ts';
import type { Ledger } from '../port.ts';
import { parseAddress } from './address.ts';
import { createAlerts } from './alerts.ts';
import { createAsking } from './asking.ts';
import { createAudit } from './audit.ts';
import { createCampaigns } from './campaigns.ts';
import { createEventWait } from './eventWait.ts';
import { createFolding } from './folding.ts';
import { createJobs } from './jobs.ts';
import { createLine } from './line.ts';
import { createLogbook } from './logbook.ts';
import { createOrders } from './orders.ts';
import { createReaders } from './readers.ts';
import { createReadReply } from './reply.ts';
import { createSafe } from './safe.ts';
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
  /** What the hub's records are closed with. A node has none: its half needs none, and the other half throws. */
  seal?: RecordSeal | undefined;
  /** Hears once of each record that does not open; it counts as lost. */
  onLost?: ((record: string) => void) | undefined;
}

/**
 * The ledger in one Redis or Valkey, for a hub and agents on many machines. It connects when it is first used, and an agent that
 * uses its half alone sends plain commands only. What is answered is as durable as Redis keeps it: use AOF and `noeviction`.
 * Throws Problem `ledger` for an address that cannot be read.
 */
export function createRedisLedger(options: RedisLedgerOptions): Ledger {
  const { url, tls, prefix = 'ng:', now = Date.now } = options;
  const address = parseAddress(url, tls);
  const line = createLine(address, ANSWER_MS);
  const readReply = createReadReply(address.where);
  const scripts = createScripts({ line, prefix, readReply });
  const safe = createSafe(options.seal, options.onLost);
  const readers = createReaders(address);
  const eventWait = createEventWait({ address, readReply, prefix });
  return {
    ...createAsking({ scripts, safe, now }),
    ...createCampaigns({ scripts, safe, now }),
    ...createFolding({ line, scripts, safe, eventWait, prefix }),
    ...createAlerts({ scripts, safe }),
    ...createTelling({ scripts, safe }),
    ...createJobs({ scripts, safe }),
    ...createOrders({ line, scripts, readReply, readers, prefix, now }),
    ...createAudit({ scripts, safe, now }),
    ...createLogbook({ line, safe, prefix }),
    ...createShelves({ line, scripts, readReply, prefix }),
    close: async () => {
      await Promise.all([eventWait.close(), readers.close(), line.close()]);
    },
  };
}
