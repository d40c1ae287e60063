import { CompactSign, compactVerify, importJWK } from 'jose';
import { z } from 'zod';
import { headerOf, isCanonical } from './canonical.ts';
import type { Keys, PublicKey } from './keys.ts';
import { signingJwk } from './keys.ts';
import { refuse } from './refuse.ts';

const Header = z.strictObject({ alg: z.literal('Ed25519'), typ: z.string(), kid: z.string() });

/** Signs texts in the name of `kid`: a compact JWS. */
export function createSigner(own: Keys, kid: string): (typ: string, text: string) => Promise<string> {
  const key = importJWK(own.sign, 'Ed25519');
  return async (typ, text) =>
    await new CompactSign(new TextEncoder().encode(text))
      .setProtectedHeader({ alg: 'Ed25519', typ, kid })
      .sign(await key);
}

/** Gives the bytes that the holder of `from` signed as `kid`. Throws Problem `seal`. */
export function createVerifier(from: PublicKey, kid: string): (typ: string, token: string) => Promise<Uint8Array> {
  const key = importJWK(signingJwk(from), 'Ed25519');
  return async (typ, token) => {
    if (!isCanonical(token, 3)) throw refuse('its text is not canonical');
    const header = Header.safeParse(headerOf(token));
    if (!header.success || header.data.typ !== typ || header.data.kid !== kid) throw refuse('its header is not ours');
    const { payload } = await compactVerify(token, await key, { algorithms: ['Ed25519'] }).catch((cause) => {
      throw refuse('its signature does not hold', cause);
    });
    return payload;
  };
}

/** Who a token says has signed it; nothing is proved by that. Undefined for what is encrypted. */
export function claimedSigner(token: string): string | undefined {
  const header = Header.safeParse(headerOf(token));
  return header.success ? header.data.kid : undefined;
}
