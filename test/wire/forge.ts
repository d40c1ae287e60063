import { createHmac, createPrivateKey, sign } from 'node:crypto';
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
export const openOrder = open(party(alpha), party(hub), 'order', OrderSchema);

/** Seals an order of the hub for alpha. */
export async function sealedOrder(more: { lifeS?: number; jti?: string; body?: unknown } = {}): Promise<string> {
  return await seal(hub.keys, 'hub', party(alpha))('order', { jti: 'job1', body: ORDER, at: AT, lifeS: 60, ...more });
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
    body,
  };
  return { header, claims };
}

/** A token signed with a real key over any header and payload, well-formed or not. */
export function forge(keys: Keys, header: unknown, payload: unknown): string {
  const input = signingInput(header, payload);
  const key = createPrivateKey({ key: { ...keys.sign }, format: 'jwk' });
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`;
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
