import { z } from 'zod';
import type { Secret } from '#src/kit/secret.ts';
import type { Line } from './call.ts';
import { call } from './call.ts';
import { Health, SealStatus, SecretKeys, SecretMetadata, TokenGrant, TokenLookup } from './shapes.ts';

/** How a server's seal stands; `nonce` names the attempt under way and is empty when there is none. */
export type Sealing = z.output<typeof SealStatus>;

/** One server of Vault or OpenBao. All throw Problem `vault-away` when it does not answer and Problem `vault` when it refuses. */
export interface VaultClient {
  sealStatus(signal: AbortSignal): Promise<Sealing>;
  /** Answers in every state; `status` is the code that load balancers go by. */
  health(signal: AbortSignal): Promise<z.output<typeof Health> & { status: number }>;
  /** Gives one share, which is wiped, and tells how the seal stands then. A wrong share is noticed only at the threshold, and takes all progress with it. */
  unseal(share: Buffer, signal: AbortSignal): Promise<Sealing>;
  /** Throws away all shares that were given. */
  reset(signal: AbortSignal): Promise<Sealing>;
  seal(token: Secret, signal: AbortSignal): Promise<void>;
  lookup(token: Secret, signal: AbortSignal): Promise<z.output<typeof TokenLookup>>;
  renew(token: Secret, signal: AbortSignal): Promise<z.output<typeof TokenGrant>>;
  createToken(
    token: Secret,
    asked: { policies: string[]; ttl: string },
    signal: AbortSignal,
  ): Promise<z.output<typeof TokenGrant>>;
  /** Versions and age of a kv version 2 secret, as `mount/path`; undefined when there is none. */
  secret(
    token: Secret,
    at: SecretPath,
    signal: AbortSignal,
  ): Promise<(z.output<typeof SecretMetadata> & { keys: string[] }) | undefined>;
}

/** Where a secret stands. */
export interface SecretPath {
  mount: string;
  path: string;
}

const Nothing = z.unknown();
/** All codes that the health of a server can have; 530 is a node that was removed from its cluster. */
const HEALTH_CODES = [429, 472, 473, 501, 503, 530];

/** A client of one server; it keeps nothing and connects anew each time. */
export function createVaultClient(line: Line): VaultClient {
  const get = <T>(path: string, schema: z.ZodType<T>, signal: AbortSignal, token?: Secret) =>
    call(line, { method: 'GET', path, token }, schema, signal);
  return {
    sealStatus: async (signal) => (await get('sys/seal-status', SealStatus, signal)).body,
    async health(signal) {
      const { status, body } = await call(
        line,
        { method: 'GET', path: 'sys/health', also: HEALTH_CODES },
        Health,
        signal,
      );
      return { ...body, status };
    },
    async unseal(share, signal) {
      const body = unsealBody(share);
      return (await call(line, { method: 'PUT', path: 'sys/unseal', body }, SealStatus, signal)).body;
    },
    async reset(signal) {
      const body = Buffer.from('{"reset":true}');
      return (await call(line, { method: 'PUT', path: 'sys/unseal', body }, SealStatus, signal)).body;
    },
    async seal(token, signal) {
      await call(line, { method: 'PUT', path: 'sys/seal', token }, Nothing, signal);
    },
    lookup: async (token, signal) => (await get('auth/token/lookup-self', TokenLookup, signal, token)).body,
    renew: async (token, signal) =>
      (
        await call(
          line,
          { method: 'PUT', path: 'auth/token/renew-self', token, body: Buffer.from('{}') },
          TokenGrant,
          signal,
        )
      ).body,
    async createToken(token, { policies, ttl }, signal) {
      const body = Buffer.from(JSON.stringify({ policies, ttl }));
      return (await call(line, { method: 'PUT', path: 'auth/token/create', token, body }, TokenGrant, signal)).body;
    },
    async secret(token, { mount, path }, signal) {
      const where = (kind: string) => [mount, kind, ...path.split('/')].map(encodeURIComponent).join('/');
      const also = { also: [404] };
      const about = await call(line, { method: 'GET', path: where('metadata'), token, ...also }, z.unknown(), signal);
      if (about.status === 404) return undefined;
      const metadata = SecretMetadata.parse(about.body);
      const found = await call(line, { method: 'GET', path: where('data'), token, ...also }, z.unknown(), signal);
      return { ...metadata, keys: found.status === 404 ? [] : SecretKeys.parse(found.body) };
    },
  };
}

const HEAD = Buffer.from('{"key":"');
const TAIL = Buffer.from('"}');
const HEX = Buffer.from('0123456789abcdef');

/** The body that gives one share, in hexadecimal digits: made byte by byte, since a string cannot be wiped. The share is wiped. */
function unsealBody(share: Buffer): Buffer {
  const body = Buffer.alloc(HEAD.length + share.length * 2 + TAIL.length);
  HEAD.copy(body);
  share.forEach((byte, at) => {
    body[HEAD.length + at * 2] = HEX[byte >> 4] ?? 0;
    body[HEAD.length + at * 2 + 1] = HEX[byte & 15] ?? 0;
  });
  TAIL.copy(body, body.length - TAIL.length);
  share.fill(0);
  return body;
}
