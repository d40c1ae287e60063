import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import { parseExact } from './canonical.ts';
import { createDecrypter, createEncrypter } from './encrypt.ts';
import type { Keys, PublicKey } from './keys.ts';
import { Epoch, identity } from './keys.ts';
import { refuse } from './refuse.ts';
import { claimedSigner, createSigner, createVerifier } from './sign.ts';

/** Longest time between an order's making and the moment by which it must have started, in seconds. */
export const MAX_LIFE_S = 120;
/** How far two clocks may be apart, in seconds. */
export const CLOCK_SKEW_S = 30;

const KiB = 1024;
/** Most characters of a sealed message. An event has room for 256 KiB under its signature. */
const SIZE = {
  order: 16 * KiB,
  event: 352 * KiB,
  beacon: 256 * KiB,
  wake: 2 * KiB,
  join: 8 * KiB,
  welcome: 128 * KiB,
} as const;
export type SealedKind = keyof typeof SIZE;

/** One end of a sealed line. */
export interface Party {
  name: string;
  key: PublicKey;
}

/** One's own end of a sealed line, with the private keys. */
export interface Self {
  name: string;
  keys: Keys;
}

const seconds = z.number().int().nonnegative().max(99_999_999_999);
const Envelope = z.strictObject({
  iss: z.string(),
  aud: z.string(),
  jti: z.string().regex(/^[0-9a-z-]{1,60}$/),
  iat: seconds,
  exp: seconds.optional(),
  epoch: Epoch,
  epk: z.string().optional(),
  body: z.unknown(),
});

/** What was sealed, with the times of its envelope in ms since 1970. */
export interface Opened<T> {
  jti: string;
  issuedAt: number;
  /** Only orders and wakes carry it. */
  expiresAt: number | undefined;
  /** The sender's key state, for `neverBack`. */
  epoch: number;
  body: T;
}

/**
 * Seals messages from `own` to one party: signed (Ed25519 JWS) for exactly one audience, and orders and events encrypted
 * to it (X25519 JWE around it). `lifeS` is the life of an order or a wake in seconds. Throws Problem `too-large`.
 */
export function seal(own: Self, to: Party) {
  const [iss, aud] = [identity(own.name, own.keys.public), identity(to.name, to.key)];
  const sign = createSigner(own.keys, iss);
  const encrypt = createEncrypter(to.key, aud);
  return async (
    kind: SealedKind,
    { jti, body, at, lifeS }: { jti: string; body: unknown; at: number; lifeS?: number },
  ): Promise<string> => {
    const iat = Math.floor(at / 1000);
    const claims = { iss, aud, jti, iat, ...(lifeS === undefined ? {} : { exp: iat + lifeS }), epoch: own.keys.epoch };
    const signed = (more: { epk?: string }) => sign(typOf(kind), JSON.stringify({ ...claims, ...more, body }));
    const token = isEncrypted(kind) ? await encrypt(`${kindOf(kind)}+jwe`, (epk) => signed({ epk })) : await signed({});
    if (token.length > SIZE[kind])
      throw new Problem('too-large', `A sealed ${kind} may have ${SIZE[kind]} bytes, this one has ${token.length}.`);
    return token;
  };
}

/** Opens what `from` sealed to `own`; `body` must fit the schema. Throws Problem `seal`. Whether it came in time is for `expiresAt` to tell. */
export function open<T>(own: Self, from: Party, kind: SealedKind, schema: z.ZodType<T>) {
  const [issuer, audience] = [identity(from.name, from.key), identity(own.name, own.keys.public)];
  const verify = createVerifier(from.key, issuer);
  const decrypt = isEncrypted(kind) ? createDecrypter(own.keys, audience) : undefined;
  return async (token: string): Promise<Opened<T>> => {
    if (token.length > SIZE[kind]) throw refuse(`it has ${token.length} bytes`);
    const inner = (await decrypt?.(`${kindOf(kind)}+jwe`, token)) ?? { text: token, epk: undefined };
    const claims = Envelope.safeParse(parseExact(await verify(typOf(kind), inner.text)));
    if (!claims.success) throw refuse('its envelope is malformed');
    if (claims.data.iss !== issuer || claims.data.aud !== audience)
      throw refuse('it is not from that sender to this one');
    if (claims.data.epk !== inner.epk) throw refuse('it was encrypted by somebody else than its sender');
    checkWindow(kind, claims.data);
    const body = schema.safeParse(claims.data.body);
    if (!body.success) throw refuse('its content is malformed', body.error);
    const { jti, iat, exp, epoch } = claims.data;
    const expiresAt = exp === undefined ? undefined : exp * 1000;
    return { jti, issuedAt: iat * 1000, expiresAt, epoch, body: body.data };
  };
}

/** When a message that is signed only says that it was made, in ms since 1970: a hint, for nothing here is verified; 0 when it does not say. */
export function claimedTime(token: string): number {
  const body = parseExact(Buffer.from(token.split('.')[1] ?? '', 'base64url'));
  const claims = z.looseObject({ iat: seconds }).safeParse(body);
  return claims.success ? claims.data.iat * 1000 : 0;
}

/** Who a message that is signed only says has sealed it, as `identity` names them; nothing is proved by that. */
export function claimedSender(token: string): string | undefined {
  return claimedSigner(token);
}

/** What holds parameters, output or secrets is for its receiver alone; of beacons siblings read the time, and a ring says nothing. */
function isEncrypted(kind: SealedKind): boolean {
  return kind !== 'beacon' && kind !== 'wake';
}

function checkWindow(kind: SealedKind, { iat, exp }: { iat: number; exp?: number | undefined }): void {
  if (kind !== 'order' && kind !== 'wake') return;
  if (exp === undefined) throw refuse('it has no expiry');
  if (exp <= iat || exp - iat > MAX_LIFE_S) throw refuse(`it would live ${exp - iat} s`);
}

function kindOf(kind: SealedKind): string {
  return `nightguard-${kind}`;
}

function typOf(kind: SealedKind): string {
  return `${kindOf(kind)}+jws`;
}
