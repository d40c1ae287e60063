import { CompactSign, compactVerify, importJWK } from 'jose';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import type { Keys, PublicKey } from './keys.ts';
import { identity, signingJwk } from './keys.ts';

/** Longest time between an order's making and the moment by which it must have started, in seconds. */
export const MAX_LIFE_S = 120;
/** How far two clocks may be apart, in seconds. */
export const CLOCK_SKEW_S = 30;

const SIZE = { order: 16 * 1024, event: 256 * 1024, beacon: 256 * 1024, wake: 2 * 1024 } as const;
export type SealedKind = keyof typeof SIZE;

/** One end of a sealed line. */
export interface Party {
  name: string;
  key: PublicKey;
}

const Header = z.strictObject({ alg: z.literal('Ed25519'), typ: z.string(), kid: z.string() });
const Envelope = z.strictObject({
  iss: z.string(),
  aud: z.string(),
  jti: z.string().regex(/^[0-9a-z-]{1,60}$/),
  iat: z.number().int(),
  exp: z.number().int().optional(),
  body: z.unknown(),
});

/** What was sealed, with the times of its envelope in ms since 1970. */
export interface Opened<T> {
  jti: string;
  issuedAt: number;
  /** Only orders and wakes carry it. */
  expiresAt: number | undefined;
  body: T;
}

/** Seals messages from `own` to one party: Ed25519 JWS with exactly one audience. `lifeS` is the life of an order or a wake in seconds. */
export function seal(own: Keys, from: string, to: Party) {
  const kid = identity(from, own.public);
  const key = importJWK(own.sign, 'Ed25519');
  return async (
    kind: SealedKind,
    message: { jti: string; body: unknown; at: number; lifeS?: number },
  ): Promise<string> => {
    const iat = Math.floor(message.at / 1000);
    const exp = message.lifeS === undefined ? {} : { exp: iat + message.lifeS };
    const claims = { iss: kid, aud: identity(to.name, to.key), jti: message.jti, iat, ...exp, body: message.body };
    const token = await new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'Ed25519', typ: typOf(kind), kid })
      .sign(await key);
    if (token.length > SIZE[kind])
      throw new Problem('too-large', `A sealed ${kind} may have ${SIZE[kind]} bytes, this one has ${token.length}.`);
    return token;
  };
}

/** When a sealed message says that it was made, in ms since 1970: a hint, for nothing here is verified; 0 when it does not say. */
export function claimedTime(token: string): number {
  const body = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  const claims = z.looseObject({ iat: z.number().int() }).safeParse(body);
  return claims.success ? claims.data.iat * 1000 : 0;
}

/** Opens what `from` sealed to `own`; `body` must fit the schema. Throws Problem `seal`. Whether it came in time is for `expiresAt` to tell. */
export function open<T>(own: Party, from: Party, kind: SealedKind, schema: z.ZodType<T>) {
  const key = importJWK(signingJwk(from.key), 'Ed25519');
  const issuer = identity(from.name, from.key);
  const audience = identity(own.name, own.key);
  return async (token: string): Promise<Opened<T>> => {
    if (token.length > SIZE[kind]) throw refuse(`it has ${token.length} bytes`);
    if (!isCanonical(token)) throw refuse('its text is not canonical');
    const verified = await compactVerify(token, await key, { algorithms: ['Ed25519'] }).catch((cause) => {
      throw refuse('its signature does not hold', cause);
    });
    const header = Header.safeParse(verified.protectedHeader);
    if (!header.success || header.data.typ !== typOf(kind) || header.data.kid !== issuer)
      throw refuse('its header is not ours');
    const claims = Envelope.safeParse(parseJson(new TextDecoder().decode(verified.payload)));
    if (!claims.success) throw refuse('its envelope is malformed');
    if (claims.data.iss !== issuer || claims.data.aud !== audience)
      throw refuse('it is not from that sender to this one');
    checkWindow(kind, claims.data);
    const body = schema.safeParse(claims.data.body);
    if (!body.success) throw refuse('its content is malformed', body.error);
    const { jti, iat, exp } = claims.data;
    return { jti, issuedAt: iat * 1000, expiresAt: exp === undefined ? undefined : exp * 1000, body: body.data };
  };
}

function checkWindow(kind: SealedKind, { iat, exp }: { iat: number; exp?: number | undefined }): void {
  if (kind !== 'order' && kind !== 'wake') return;
  if (exp === undefined) throw refuse('it has no expiry');
  if (exp <= iat || exp - iat > MAX_LIFE_S) throw refuse(`it would live ${exp - iat} s`);
}

/** Who a token says has sealed it, as `identity` names them; nothing is proved by that. */
export function claimedSender(token: string): string | undefined {
  const header = Header.safeParse(parseJson(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString()));
  return header.success ? header.data.kid : undefined;
}

/** The last character of a base64url text has spare bits, so several texts can carry one signature; only the canonical one is taken. */
function isCanonical(token: string): boolean {
  const parts = token.split('.');
  return parts.length === 3 && parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function typOf(kind: SealedKind): string {
  return `nightguard-${kind}+jws`;
}

function refuse(why: string, cause?: unknown): Problem {
  return new Problem('seal', `Sealed message refused: ${why}.`, { cause });
}
