import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import { freshId, idOf } from './ids.ts';
import type { PublicKey } from './keys.ts';
import { PublicKeySchema } from './keys.ts';

/** What a machine calls itself on the wire until the hub has told it its name. */
export const JOINING = 'joining';

const id = z.string().regex(/^[0-9a-hjkmnp-tv-z]{26}$/);

/** What a machine posts to `/join`: its own key, and under that key's signature, for the hub alone, the request. */
export const JoinPost = z.strictObject({ key: PublicKeySchema, token: z.string().max(8 * 1024) });
export type JoinPost = z.infer<typeof JoinPost>;

/** What is sealed in it. */
export const JoinRequest = z.strictObject({
  v: z.literal(1),
  /** The secret half of the code. */
  secret: id,
  /** What the machine calls itself, to help a person who compares. */
  host: z.string().max(64),
  release: z.string().max(40),
});
export type JoinRequest = z.infer<typeof JoinRequest>;

/** What the hub seals for a machine that was let in. It holds no policy and no key but the hub's own, which the code has named. */
export const Welcome = z.strictObject({
  v: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/),
  /** What the admin typed; left out, the node is prod. */
  environment: z.enum(['prod', 'stage', 'dev']).optional(),
  /** The ledger, as this node's own user; `ca` is the certificate that a private server's own was signed with. */
  ledger: z.strictObject({ url: z.string().max(1000), ca: z.string().max(64_000).optional() }),
  /** Nodes whose silence this one may notice. */
  siblings: z.array(z.string().max(32)).max(8),
});
export type Welcome = z.infer<typeof Welcome>;

/** How a request stands. Only `in` brings something: the sealed welcome. */
export const JoinAnswer = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('waiting'), expiresAt: z.number() }),
  z.strictObject({ state: z.literal('in'), welcome: z.string().max(128 * 1024) }),
  z.strictObject({ state: z.enum(['wrong', 'expired', 'used', 'refused', 'retired', 'known']) }),
]);
export type JoinAnswer = z.infer<typeof JoinAnswer>;

/** A fresh code for one machine: a secret of 130 bits, and the thumbprint of the hub that gave it out. */
export function makeCode(hub: PublicKey): { code: string; secret: string } {
  const secret = freshId();
  return { code: `${secret}-${thumbprint(hub)}`, secret };
}

/** Takes a typed code apart. Throws Problem `join`. */
export function readCode(code: string): { secret: string; thumbprint: string } {
  const [secret, hub, more] = code.trim().toLowerCase().split('-');
  const read = z.tuple([id, id]).safeParse([secret, hub]);
  if (!read.success || more !== undefined)
    throw new Problem('join', 'That is not a code: copy the whole line that the bot answered to /enroll.');
  return { secret: read.data[0], thumbprint: read.data[1] };
}

/** 130 bits of the SHA-256 of a hub's key, by which a machine knows the hub that its code is from. */
export function thumbprint(hub: PublicKey): string {
  return idOf(`hub ${hub}`);
}

/** What the hub keeps of a code's secret. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(`join ${secret}`).digest('hex');
}

/** Whether a secret is the one of this digest, in a time that does not tell where they differ. */
export function isOfDigest(secret: string, digest: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(secret)), Buffer.from(digest.padEnd(64).slice(0, 64)));
}

/** A node's key as two people compare it: 100 bits of its SHA-256 in five groups. */
export function fingerprint(key: PublicKey): string {
  return idOf(`node ${key}`)
    .slice(0, 20)
    .replace(/(.{4})(?=.)/g, '$1 ');
}
