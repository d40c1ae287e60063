import { randomBytes, randomUUID } from 'node:crypto';
import { Refusal } from './refusal.ts';
import { combine, split } from './shamir.ts';

/** Whose texts and codes a server speaks. */
export type Product = 'vault' | 'openbao';

/** What all servers of a cluster share on their storage. */
export interface Cluster {
  id: string;
  name: string;
  /** undefined: not initialised. */
  made: { root: Buffer; shares: number; threshold: number } | undefined;
}

/** A cluster that nobody has initialised. */
export function emptyCluster(): Cluster {
  return { id: randomUUID(), name: `vault-cluster-${randomBytes(4).toString('hex')}`, made: undefined };
}

const LEAST_BYTES = 16;
const MOST_BYTES = 33;

/** The seal of one server: its progress is its own, and gone when it is sealed or restarted. */
export function createSeal(cluster: Cluster, product: Product) {
  let sealed = true;
  let parts: Buffer[] = [];
  let nonce = '';
  const forget = () => {
    parts = [];
    nonce = '';
  };

  /** The attempt at the threshold: it opens, or all progress is gone. */
  const attempt = (root: Buffer): void => {
    const given = parts;
    forget();
    let found: Buffer;
    try {
      found = given.length === 1 ? Buffer.from(given[0] ?? '') : combine(given);
    } catch (error) {
      throw new Refusal(400, `invalid key: failed to compute combined key: ${(error as Error).message}`);
    }
    if (!found.equals(root)) throw wrongKey(product);
    sealed = false;
  };

  return {
    isSealed: () => sealed,
    initialize(shares: number, threshold: number): Buffer[] {
      if (cluster.made) throw new Refusal(400, 'Vault is already initialized');
      const root = randomBytes(32);
      cluster.made = { root, shares, threshold };
      return shares === 1 ? [root] : split(root, shares, threshold);
    },
    seal(): void {
      sealed = true;
      forget();
    },
    unseal({ key, reset }: { key?: string | undefined; reset?: boolean | undefined }): void {
      if (!cluster.made) throw new Refusal(400, 'Vault is not initialized');
      if (reset) {
        if (!sealed) throw new Refusal(400, 'vault is unsealed');
        forget();
        return;
      }
      if (key === undefined || key === '')
        throw new Refusal(400, "'key' must be specified in request body as JSON, or 'reset' set to true");
      const part = decode(key);
      if (!sealed || parts.some((known) => known.equals(part))) return;
      if (parts.length === 0) nonce = randomUUID();
      parts.push(part);
      if (parts.length >= cluster.made.threshold) attempt(cluster.made.root);
    },
    status(): Record<string, unknown> {
      const { shares = 0, threshold = 0 } = cluster.made ?? {};
      const open = sealed ? {} : { cluster_name: cluster.name, cluster_id: cluster.id };
      return {
        ...{ type: 'shamir', initialized: cluster.made !== undefined, sealed, t: threshold, n: shares },
        ...{ progress: parts.length, nonce, version: VERSION[product], build_date: '2024-01-01T00:00:00Z' },
        ...{ migration: false, ...open, recovery_seal: false, storage_type: 'file' },
      };
    },
  };
}
export type Seal = ReturnType<typeof createSeal>;

export const VERSION: Record<Product, string> = { vault: '1.10.3', openbao: '2.3.1' };

function decode(text: string): Buffer {
  const hex = /^(?:[0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
  const part = hex ?? Buffer.from(text, 'base64');
  if (!hex && part.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, ''))
    throw new Refusal(400, "'key' must be a valid hex or base64 string");
  if (part.length < LEAST_BYTES)
    throw new Refusal(400, `invalid key: key is shorter than minimum ${LEAST_BYTES} bytes`);
  if (part.length > MOST_BYTES) throw new Refusal(400, `invalid key: key is longer than maximum ${MOST_BYTES} bytes`);
  return part;
}

function wrongKey(product: Product): Refusal {
  const why = 'failed to decrypt keys from storage: cipher: message authentication failed';
  return product === 'openbao'
    ? new Refusal(400, `unable to retrieve stored keys: invalid key: ${why}`)
    : new Refusal(500, `unable to retrieve stored keys: ${why}`);
}
