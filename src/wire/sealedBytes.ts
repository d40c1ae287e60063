import type { KeyObject } from 'node:crypto';
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import type { Keys } from './keys.ts';
import { refuse } from './refuse.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Locks bytes under a name: unreadable for others, and worth nothing under another name. */
export interface ByteSeal {
  /** The sealed text; the same bytes give another text each time. */
  close(name: string, bytes: Uint8Array): string;
  /** The bytes that were closed under this name, in memory of their own, so that they can be wiped. Throws Problem `seal`. */
  open(name: string, text: string): Buffer;
}

/**
 * The seal of one kind of thing that an identity keeps for itself: AES-256-GCM (NIST SP 800-38D), with the name as associated
 * data, under a key that HKDF-SHA-256 (RFC 5869) derives from `keys.records`, which stays the same when the keys are rotated.
 * `kind` stands before each text and goes into the key, so that no kind opens another.
 */
export function createByteSeal(keys: Pick<Keys, 'records'>, kind: string): ByteSeal {
  const key = deriveKey(keys, kind);
  return {
    close(name, bytes) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
      const hidden = Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
      return `${kind}.${hidden.toString('base64url')}`;
    },
    open(name, text) {
      const [version, body = '', more] = text.split('.');
      const hidden = Buffer.from(body, 'base64url');
      if (version !== kind || more !== undefined || hidden.toString('base64url') !== body)
        throw refuse('it has not the form of what was sealed here');
      return decrypt(key, name, hidden);
    },
  };
}

/** A key of an identity for one purpose alone. As bytes it would be taken in again at each use, which costs more than the work itself. */
export function deriveKey({ records }: Pick<Keys, 'records'>, purpose: string): KeyObject {
  const secret = Buffer.from(records, 'base64url');
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `nightguard ${purpose}`, 32)));
}

function decrypt(key: KeyObject, name: string, hidden: Buffer): Buffer {
  try {
    const nonce = hidden.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(name)).setAuthTag(hidden.subarray(-TAG_BYTES));
    const bytes = decipher.update(hidden.subarray(NONCE_BYTES, -TAG_BYTES));
    decipher.final();
    return bytes;
  } catch (cause) {
    throw refuse('it was not sealed by this one under this name', cause);
  }
}
