import { createHash, randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import { exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { readPrivate, writePrivate } from '#src/kit/privateFile.ts';
import { Problem } from '#src/kit/problem.ts';

/** Which of an identity's successive keys these are: each rotation is one more. */
export const Epoch = z.number().int().positive();

const half = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const privateJwk = <C extends string>(crv: C) =>
  z.object({ kty: z.literal('OKP'), crv: z.literal(crv), x: half, d: half });
const SignJwk = privateJwk('Ed25519');
const EncryptJwk = privateJwk('X25519');
const KeyFile = z.strictObject({
  epoch: Epoch.default(1),
  sign: SignJwk,
  encrypt: EncryptJwk,
  /** Files of before it was made take what they had from the start. */
  records: half.optional(),
});

/** The private pairs of one identity: Ed25519 to sign, X25519 to receive what only it may read. */
export interface Keys {
  epoch: number;
  sign: JWK;
  encrypt: JWK;
  /** The secret under which it keeps its own records: base64url of 32 bytes, and the same after a rotation that does not ask for another. */
  records: string;
  public: PublicKey;
}

/** The public half as it stands in a YAML file: `ng1.<Ed25519 x>.<X25519 x>`, both base64url. */
export type PublicKey = string;

const PUBLIC = /^ng1\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/;

/** Checks the form of a public key in configuration. */
export const PublicKeySchema = z.string().regex(PUBLIC, 'a public key looks like ng1.….… (see nightguard keys)');

/** Makes both pairs of an identity: its first, or those of a later epoch, which keep the `records` of the ones before. */
export async function makeKeys(epoch = 1, records = randomBytes(32).toString('base64url')): Promise<Keys> {
  const sign = await generateKeyPair('Ed25519', { extractable: true });
  const encrypt = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true });
  return assemble({
    epoch,
    sign: SignJwk.parse(await exportJWK(sign.privateKey)),
    encrypt: EncryptJwk.parse(await exportJWK(encrypt.privateKey)),
    records,
  });
}

/** Reads the identity kept in `file`, or makes one there (mode 600). Throws Problem `key-file` when others can read it. */
export async function loadKeys(file: string): Promise<Keys> {
  const found = await readKeys(file);
  if (found) return found;
  const made = await makeKeys();
  await writeKeys(file, made);
  return made;
}

/** The identity kept in `file`; undefined when there is no such file. Throws Problem `key-file`. */
export async function readKeys(file: string): Promise<Keys | undefined> {
  const text = await readPrivate(file, 'key-file');
  if (text === undefined) return undefined;
  const keys = parseKeys(text);
  if (!keys)
    throw new Problem('key-file', `${file} is not a key file. Move it away and start again to make a new one.`);
  return keys;
}

/** Keeps an identity in `file` (mode 600), in one step that survives a power cut: what stood there before, or all of it. */
export async function writeKeys(file: string, { epoch, sign, encrypt, records }: Keys): Promise<void> {
  await writePrivate(file, JSON.stringify({ epoch, sign, encrypt, records }));
}

/** The identity that the text of a key file holds; undefined when it is none. */
export function parseKeys(text: string): Keys | undefined {
  const parsed = KeyFile.safeParse(parseJson(text));
  return parsed.success ? assemble(parsed.data) : undefined;
}

/** The public signing key as a JWK, to verify with. */
export function signingJwk(key: PublicKey): JWK {
  return { kty: 'OKP', crv: 'Ed25519', x: PUBLIC.exec(key)?.[1] ?? '' };
}

/** The public encryption key as a JWK, to encrypt to. */
export function encryptionJwk(key: PublicKey): JWK {
  return { kty: 'OKP', crv: 'X25519', x: PUBLIC.exec(key)?.[2] ?? '' };
}

/** The name of an identity on the wire: its name and the first 16 characters of its key's SHA-256, so that a re-used name is another identity. */
export function identity(name: string, key: PublicKey): string {
  return `${name}@${createHash('sha256').update(key).digest('base64url').slice(0, 16)}`;
}

function assemble({ epoch, sign, encrypt, records }: z.infer<typeof KeyFile>): Keys {
  const secret = records ?? createHash('sha256').update(`records ${encrypt.d}`).digest('base64url');
  return { epoch, sign, encrypt, records: secret, public: `ng1.${sign.x}.${encrypt.x}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
