import { createHmac } from 'node:crypto';
import type { z } from 'zod';
import type { Keys } from './keys.ts';
import { refuse } from './refuse.ts';
import { createByteSeal, deriveKey } from './sealedBytes.ts';

const KIND = 'ngr1';
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
 * The seal of one identity's own records, as `createByteSeal` makes it, over JSON.
 * An older text of the same name opens as well: what must not go back needs a time or a number in its value.
 */
export function createRecordSeal(keys: Pick<Keys, 'records'>): RecordSeal {
  const seal = createByteSeal(keys, KIND);
  const marker = deriveKey(keys, `${KIND} marks`);
  return {
    close: (name, value) => seal.close(name, Buffer.from(JSON.stringify(value))),
    open(name, text, schema) {
      const value = schema.safeParse(JSON.parse(seal.open(name, text).toString()));
      if (!value.success) throw refuse('its content is malformed', value.error);
      return value.data;
    },
    mark: (text) => createHmac('sha256', marker).update(text).digest('base64url').slice(0, MARK_LENGTH),
  };
}
