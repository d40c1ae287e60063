import { z } from 'zod';
import { parseExact } from './canonical.ts';
import { Head } from './chain.ts';
import type { PublicKey } from './keys.ts';
import { identity } from './keys.ts';
import { refuse } from './refuse.ts';
import type { Self } from './seal.ts';
import { createSigner, createVerifier } from './sign.ts';

const TYP = 'nightguard-audit+jws';

/** A head with who vouches for it and when, in ms since 1970. */
const Signed = z.strictObject({ head: Head, at: z.number().int() });
export type SignedHead = z.infer<typeof Signed>;

/** Signs where a chain stands, for whoever checks it elsewhere. */
export async function signHead(own: Self, head: Head, at: number): Promise<string> {
  return await createSigner(own.keys, identity(own.name, own.keys.public))(TYP, JSON.stringify({ head, at }));
}

/** The head that the holder of a key signed in its name. Throws Problem `seal`. */
export async function readHead(from: { name: string; key: PublicKey }, token: string): Promise<SignedHead> {
  const bytes = await createVerifier(from.key, identity(from.name, from.key))(TYP, token);
  const signed = Signed.safeParse(parseExact(bytes));
  if (!signed.success) throw refuse('its content is malformed', signed.error);
  return signed.data;
}
