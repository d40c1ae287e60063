import type { KeyObject } from 'node:crypto';
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { Keys } from './keys.ts';
import { refuse } from './refuse.ts';

const VERSION = 'ngr1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** 132 bits. */
const MARK_LENGTH = 22;

/** Locks what the hub keeps for itself in a ledger that it need not trust: unreadable there, and worth nothing under another name. */
export interface RecordSeal {
  /** The sealed text of a value under a name; the same value gives another text each time. */
  close(name: string, value: unknown): string;
  /** The value that this hub closed under this name; it must fit the schema. Throws Problem `seal`. */
  open<T>(name: string, text: string, schema: z.ZodType<T>): T;
  /** What stands for a text where a ledger must find or compare it: always the same, and nobody else can tell or make it. */
  mark(text: string): string;
}

/**
 * The seal of one identity's own records: AES-256-GCM (NIST SP 800-38D), with the record's name as associated data, under a key
 * that HKDF-SHA-256 (RFC 5869) derives from `keys.records`. That stays the same when the identity's keys are rotated.
 * An older text of the same name opens as well: what must not go back needs a time or a number in its value.
 */
export function createRecordSeal({ records }: Pick<Keys, 'records'>): RecordSeal {
  const secret = Buffer.from(records, 'base64url');
  // As bytes a key would be taken in again at each use, which costs more than the work itself.
  const derive = (purpose: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), purpose, 32)));
  const key = derive(`nightguard ${VERSION}`);
  const marker = derive(`nightguard ${VERSION} marks`);
  return {
    close(name, value) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
      const hidden = Buffer.concat([nonce, cipher.update(JSON.stringify(value)), cipher.final(), cipher.getAuthTag()]);
      return `${VERSION}.${hidden.toString('base64url')}`;
    },
    open(name, text, schema) {
      const [version, body = '', more] = text.split('.');
      const hidden = Buffer.from(body, 'base64url');
      if (version !== VERSION || more !== undefined || hidden.toString('base64url') !== body)
        throw refuse('it is no record of this hub');
      const value = schema.safeParse(JSON.parse(decrypt(key, name, hidden).toString()));
      if (!value.success) throw refuse('its content is malformed', value.error);
      return value.data;
    },
    mark: (text) => createHmac('sha256', marker).update(text).digest('base64url').slice(0, MARK_LENGTH),
  };
}

function decrypt(key: KeyObject, name: string, hidden: Buffer): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, hidden.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(name)).setAuthTag(hidden.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(hidden.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw refuse('it was not sealed by this hub under this name', cause);
  }
}
