import type { KeyObject } from 'node:crypto';
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  randomBytes,
  sign,
} from 'node:crypto';
import { expect } from 'vitest';
import type { Keys } from '#src/wire/keys.ts';
import { identity, makeKeys } from '#src/wire/keys.ts';
import type { Order } from '#src/wire/order.ts';
import { Order as OrderSchema } from '#src/wire/order.ts';
import { open, seal } from '#src/wire/seal.ts';

/** The moment that the samples are sealed at, in ms since 1970. */
export const AT = 1_790_000_000_000;
const IAT = AT / 1000;

export const hub = { name: 'hub', keys: await makeKeys() };
export const alpha = { name: 'alpha', keys: await makeKeys() };
export const beta = { name: 'beta', keys: await makeKeys() };
/** Whose X25519 pair stands in for the one-time pair of what is forged here. */
const ONE_TIME = { name: 'one-time', keys: await makeKeys() };

/** One end of the line as `seal` and `open` take it. */
export const party = ({ name, keys }: { name: string; keys: Keys }) => ({ name, key: keys.public });
export const idOf = ({ name, keys }: { name: string; keys: Keys }) => identity(name, keys.public);

/** An order that the hub may well give. */
export const ORDER: Order = {
  kind: 'run',
  v: 1,
  operation: 'restart',
  version: 1,
  input: { target: 'web', force: true },
  operator: 7,
};

/** Opens as alpha what the hub has ordered. */
export const openOrder = open(alpha, party(hub), 'order', OrderSchema);

/** Seals an order of the hub for alpha. */
export async function sealedOrder(more: { lifeS?: number; jti?: string; body?: unknown } = {}): Promise<string> {
  return await seal(hub, party(alpha))('order', { jti: 'job1', body: ORDER, at: AT, lifeS: 60, ...more });
}

/** The refusal of a token, with its reason. */
export const refused = (why: string) =>
  expect.objectContaining({ code: 'seal', message: `Sealed message refused: ${why}.` });

/** What an order from hub to alpha has inside, to be changed at will. */
export function orderParts(body: unknown) {
  const header: Record<string, unknown> = { alg: 'Ed25519', typ: 'nightguard-order+jws', kid: idOf(hub) };
  const claims: Record<string, unknown> = {
    iss: idOf(hub),
    aud: idOf(alpha),
    jti: 'job1',
    iat: IAT,
    exp: IAT + 60,
    epoch: 1,
    epk: ONE_TIME.keys.encrypt.x,
    body,
  };
  return { header, claims };
}

/** A token signed with a real key over any header and payload, well-formed or not. */
export function forge(keys: Keys, header: unknown, payload: unknown): string {
  const input = signingInput(header, payload);
  return `${input}.${sign(null, Buffer.from(input), privateKey(keys.sign)).toString('base64url')}`;
}

/** An order that is forged as `forge` does, in an envelope for alpha. */
export function forgeOrder(keys: Keys, header: unknown, payload: unknown): string {
  return wrap(forge(keys, header, payload));
}

/** What an envelope around a text can have otherwise. */
export interface Wrapping {
  to?: { name: string; keys: Keys };
  /** Changes to the header of the envelope, and the text of it as a whole. */
  header?: Record<string, unknown>;
  headerText?: string;
  oneTime?: Keys;
  enc?: 'A256GCM' | 'A128GCM';
}

/** A text encrypted to somebody by hand: what everybody who knows a public key can do. */
export function wrap(
  text: string | Buffer,
  { to = alpha, oneTime = ONE_TIME.keys, enc = 'A256GCM', ...more }: Wrapping = {},
) {
  const epk = { x: oneTime.encrypt.x, crv: 'X25519', kty: 'OKP' };
  const header = { alg: 'ECDH-ES', enc, typ: 'nightguard-order+jwe', kid: idOf(to), epk, ...more.header };
  const head = b64(more.headerText ?? JSON.stringify(header));
  const key = derive(privateKey(oneTime.encrypt), createPublicKey(privateKey(to.keys.encrypt)), enc);
  const iv = randomBytes(12);
  const cipher = createCipheriv(enc === 'A256GCM' ? 'aes-256-gcm' : 'aes-128-gcm', key, iv).setAAD(Buffer.from(head));
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return [head, '', ...[iv, sealed, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
}

/** The text inside an envelope, and the one-time public key it came under: what its receiver can see. */
export function unwrap(token: string, own: Keys): { text: string; epk: string } {
  const [head = '', , ...rest] = token.split('.');
  const [iv, sealed, tag] = rest.map((part) => Buffer.from(part, 'base64url')) as [Buffer, Buffer, Buffer];
  const { epk } = JSON.parse(Buffer.from(head, 'base64url').toString());
  const key = derive(privateKey(own.encrypt), createPublicKey({ key: epk, format: 'jwk' }), 'A256GCM');
  const cipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(head)).setAuthTag(tag);
  return { text: Buffer.concat([cipher.update(sealed), cipher.final()]).toString(), epk: epk.x };
}

// To read a key costs more than to use it.
const read = new WeakMap<Keys['sign'], KeyObject>();

function privateKey(jwk: Keys['sign']): KeyObject {
  const key = read.get(jwk) ?? createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  read.set(jwk, key);
  return key;
}

/** The key of the content, as RFC 7518 4.6.2 derives it. */
function derive(privateKey: KeyObject, publicKey: KeyObject, enc: string): Buffer {
  const number = (value: number) => Buffer.from([0, 0, value >> 8, value & 255]);
  const bits = enc === 'A256GCM' ? 256 : 128;
  const info = [number(enc.length), Buffer.from(enc), number(0), number(0), number(bits)];
  const hash = createHash('sha256').update(number(1)).update(diffieHellman({ privateKey, publicKey }));
  return hash
    .update(Buffer.concat(info))
    .digest()
    .subarray(0, bits / 8);
}

/** A token with a MAC under a secret that everybody knows. */
export function mac(secret: string | Buffer, header: unknown, payload: unknown): string {
  const input = signingInput(header, payload);
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** Header and payload without any signature. */
export function signingInput(header: unknown, payload: unknown): string {
  return [header, payload].map((part) => b64(typeof part === 'string' ? part : JSON.stringify(part))).join('.');
}

export function b64(text: string): string {
  return Buffer.from(text).toString('base64url');
}
