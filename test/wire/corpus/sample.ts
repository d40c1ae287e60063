import { randomBytes } from 'node:crypto';
import type { Keys } from '#src/wire/keys.ts';
import { makeKeys } from '#src/wire/keys.ts';
import type { Order } from '#src/wire/order.ts';
import { seal } from '#src/wire/seal.ts';
import type { Random } from '../../random.ts';
import { AT, alpha, forgeOrder, hub, ORDER, orderParts, party } from '../forge.ts';

/** Makes one forged token of its class; what differs between two of them comes from the random numbers. */
export type Forger = (random: Random) => string | Promise<string>;

/** Somebody who knows all names and public keys, and no private one. */
export const stranger = { name: 'stranger', keys: await makeKeys() };

/** The hub with the epoch that it has here, so that there are lower ones. */
export const rotated = { ...hub, keys: { ...hub.keys, epoch: 7 } };

/** An order as the hub could give it, another one each time. */
export function anyOrder(random: Random): Order {
  const target = random.pick(['web', 'db', 'worker-2', 'a']);
  return { ...ORDER, input: { target, force: random.chance(50) }, operator: 1 + random.below(1_000_000) } as Order;
}

/** Header and claims of such an order, to be changed at will. */
export function anyParts(random: Random) {
  const { header, claims } = orderParts(anyOrder(random));
  const iat = AT / 1000 + random.below(1_000_000);
  const times = { jti: anyId(random), iat, exp: iat + 1 + random.below(120), epoch: rotated.keys.epoch };
  const all: Record<string, unknown> = { ...claims, ...times };
  return { header, claims: all, iat };
}

/** Such an order as the hub really seals it. */
export async function anySealed(
  random: Random,
  to = alpha,
  from: { name: string; keys: Keys } = rotated,
): Promise<string> {
  const lifeS = 1 + random.below(120);
  return await seal(from, party(to))('order', { jti: anyId(random), body: anyOrder(random), at: AT, lifeS });
}

/** Signed with the hub's own key, in a right envelope, and wrong only in what is changed: the worst that its holder could make by mistake. */
export function changed(change: (random: Random) => { header?: object; claims?: object }): Forger {
  return (random) => {
    const { header, claims } = anyParts(random);
    const more = change(random);
    return forgeOrder(hub.keys, { ...header, ...more.header }, { ...claims, ...more.claims });
  };
}

export function anyId(random: Random): string {
  return Array.from({ length: 1 + random.below(26) }, () => random.pick([...'0123456789abcdefghjkmnpqrstvwxyz'])).join(
    '',
  );
}

export function anyText(random: Random): string {
  return randomBytes(1 + random.below(60)).toString('base64url');
}
