import { CompactEncrypt, compactDecrypt, generateKeyPair, importJWK } from 'jose';
import { z } from 'zod';
import { headerOf, isCanonical } from './canonical.ts';
import type { Keys, PublicKey } from './keys.ts';
import { encryptionJwk } from './keys.ts';
import { refuse } from './refuse.ts';

const ALG = 'ECDH-ES';
const ENC = 'A256GCM';

const Header = z.strictObject({
  alg: z.literal(ALG),
  enc: z.literal(ENC),
  typ: z.string(),
  kid: z.string(),
  epk: z.strictObject({ x: z.string(), crv: z.literal('X25519'), kty: z.literal('OKP') }),
});

/**
 * Encrypts to the holder of `to`, whose name on the wire is `kid`: a compact JWE. The text is made for the public half
 * of the one-time pair, so that its signature can cover it: a stranger who learns the text cannot encrypt it anew.
 */
export function createEncrypter(
  to: PublicKey,
  kid: string,
): (typ: string, textFor: (epk: string) => Promise<string>) => Promise<string> {
  const key = importJWK(encryptionJwk(to), ALG);
  return async (typ, textFor) => {
    // A pair of its own for each message; jose calls the option one for tests because a pair must not be used twice.
    const { privateKey, publicKey } = await generateKeyPair(ALG, { crv: 'X25519', extractable: true });
    const { x = '' } = await crypto.subtle.exportKey('jwk', publicKey);
    return await new CompactEncrypt(new TextEncoder().encode(await textFor(x)))
      .setProtectedHeader({ alg: ALG, enc: ENC, typ, kid })
      .setKeyManagementParameters({ epk: privateKey })
      .encrypt(await key);
  };
}

/** Gives the text that somebody encrypted to `own` as `kid`, and the one-time public key it came under. Throws Problem `seal`. */
export function createDecrypter(
  own: Keys,
  kid: string,
): (typ: string, token: string) => Promise<{ text: string; epk: string }> {
  const key = importJWK(own.encrypt, ALG);
  const only = { keyManagementAlgorithms: [ALG], contentEncryptionAlgorithms: [ENC], maxDecompressedLength: 0 };
  return async (typ, token) => {
    if (!isCanonical(token, 5)) throw refuse('its text is not canonical');
    const header = Header.safeParse(headerOf(token));
    if (!header.success || header.data.typ !== typ) throw refuse('its header is not ours');
    if (header.data.kid !== kid) throw refuse('it is not encrypted to this one');
    const { plaintext } = await compactDecrypt(token, await key, only).catch((cause) => {
      throw refuse('it cannot be decrypted', cause);
    });
    return { text: Buffer.from(plaintext).toString('latin1'), epk: header.data.epk.x };
  };
}
