import { createHash } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JWK } from 'jose';
import { exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';

const privateJwk = <C extends string>(crv: C) =>
  z.object({ kty: z.literal('OKP'), crv: z.literal(crv), x: z.string(), d: z.string() });
const SignJwk = privateJwk('Ed25519');
const EncryptJwk = privateJwk('X25519');
const KeyFile = z.strictObject({ sign: SignJwk, encrypt: EncryptJwk });

/** The private pairs of one identity: Ed25519 to sign, X25519 to receive what only it may read. */
export interface Keys {
  sign: JWK;
  encrypt: JWK;
  public: PublicKey;
}

/** The public half as it stands in a YAML file: `ng1.<Ed25519 x>.<X25519 x>`, both base64url. */
export type PublicKey = string;

const PUBLIC = /^ng1\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/;

/** Checks the form of a public key in configuration. */
export const PublicKeySchema = z.string().regex(PUBLIC, 'a public key looks like ng1.….… (see nightguard keys)');

/** Makes both pairs of a new identity. */
export async function makeKeys(): Promise<Keys> {
  const sign = await generateKeyPair('Ed25519', { extractable: true });
  const encrypt = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true });
  return assemble(
    SignJwk.parse(await exportJWK(sign.privateKey)),
    EncryptJwk.parse(await exportJWK(encrypt.privateKey)),
  );
}

/** Reads the identity kept in `file`, or makes one there (mode 600). Throws Problem `key-file` when others can read it. */
export async function loadKeys(file: string): Promise<Keys> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new Problem('key-file', `${file} cannot be read (${cause.code}). Look at its owner and mode.`, { cause });
  });
  if (text === undefined) return await createKeyFile(file);
  if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0)
    throw new Problem('key-file', `${file} can be read by others. Run: chmod 600 ${file}`);
  const keys = parseKeys(text);
  if (!keys)
    throw new Problem('key-file', `${file} is not a key file. Move it away and start again to make a new one.`);
  return keys;
}

/** The identity that the text of a key file holds; undefined when it is none. */
export function parseKeys(text: string): Keys | undefined {
  const parsed = KeyFile.safeParse(parseJson(text));
  return parsed.success ? assemble(parsed.data.sign, parsed.data.encrypt) : undefined;
}

/** The public signing key as a JWK, to verify with. */
export function signingJwk(key: PublicKey): JWK {
  return { kty: 'OKP', crv: 'Ed25519', x: PUBLIC.exec(key)?.[1] ?? '' };
}

/** The name of an identity on the wire: its name and the first 16 characters of its key's SHA-256, so that a re-used name is another identity. */
export function identity(name: string, key: PublicKey): string {
  return `${name}@${createHash('sha256').update(key).digest('base64url').slice(0, 16)}`;
}

function assemble(sign: z.infer<typeof SignJwk>, encrypt: z.infer<typeof EncryptJwk>): Keys {
  return { sign, encrypt, public: `ng1.${sign.x}.${encrypt.x}` };
}

async function createKeyFile(file: string): Promise<Keys> {
  const keys = await makeKeys();
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.new`;
  const handle = await open(temporary, 'w', 0o600);
  await handle.writeFile(JSON.stringify({ sign: keys.sign, encrypt: keys.encrypt }));
  await handle.sync();
  await handle.close();
  await chmod(temporary, 0o600);
  await rename(temporary, file);
  return keys;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
