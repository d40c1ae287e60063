import { importJWK, jwtVerify } from 'jose';
import { signingJwk } from '#src/wire/keys.ts';
import type { Random } from '../../random.ts';
import { createRandom } from '../../random.ts';
import { alpha, beta, forge, hub, idOf, ORDER, openOrder, orderParts, wrap } from '../../wire/forge.ts';
import type { Figure } from '../release/part.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const YEAR_S = 365 * 24 * 3600;

/** What is wrong with a token although the hub's own key has signed it. */
const CLASSES: Record<string, (random: Random, iat: number) => { header?: object; claims?: object }> = {
  'no expiry': () => ({ claims: { exp: undefined } }),
  'an expiry in ten years': (_, iat) => ({ claims: { exp: iat + 10 * YEAR_S } }),
  'two audiences': () => ({ claims: { aud: [idOf(alpha), idOf(beta)] } }),
  'another audience': () => ({ claims: { aud: idOf(beta) } }),
  'no type': () => ({ header: { typ: undefined } }),
  'another type': () => ({ header: { typ: 'nightguard-beacon+jws' } }),
  'another issuer': () => ({ claims: { iss: idOf(beta) } }),
  'no id': () => ({ claims: { jti: undefined } }),
};

/** Tokens that nobody should take, put before jose's jwtVerify as it comes and before our own opener. */
export async function joseBeside({ each, seed }: { each: number; seed: number }): Promise<Figure[]> {
  const random = createRandom(seed);
  const key = await importJWK(signingJwk(hub.keys.public), 'Ed25519');
  const takes = async (token: string, currentDate = new Date()) => ({
    jose: await jwtVerify(token, key, { currentDate }).then(yes, no),
    ours: await openOrder(wrap(token)).then(yes, no),
  });
  const figures: Figure[] = [];
  for (const [name, change] of Object.entries(CLASSES)) {
    const counts = { jose: 0, ours: 0 };
    for (let n = 0; n < each; n += 1) count(counts, await takes(forged(random, change)));
    figures.push(figureOf(name, each, counts));
  }
  const good = forged(random, () => ({}));
  // Trying them all takes longer than it lives: the clock is held.
  const then = new Date();
  const right = await takes(good, then);
  // Whoever refuses a good token as well has shown nothing.
  if (!right.jose || !right.ours) throw new Error('a good token is refused');
  const counts = { jose: 0, ours: 0 };
  const mutants = [...good].flatMap((here, at) =>
    [...ALPHABET].filter((other) => other !== here).map((other) => good.slice(0, at) + other + good.slice(at + 1)),
  );
  const tried = mutants.filter(
    (_, index) => index % Math.max(1, Math.round(200 / each)) === 0 || index > mutants.length - 64,
  );
  for (const token of tried) count(counts, await takes(token, then));
  return [...figures, figureOf('one character changed', tried.length, counts)];
}

function forged(random: Random, change: (random: Random, iat: number) => { header?: object; claims?: object }): string {
  const { header, claims } = orderParts({ ...ORDER, operator: 1 + random.below(1_000_000) });
  const iat = Math.floor(Date.now() / 1000) - random.below(30);
  const more = change(random, iat);
  const right = { ...claims, jti: `job-${random.below(1_000_000)}`, iat, exp: iat + 60 };
  return forge(hub.keys, { ...header, ...more.header }, { ...right, ...more.claims });
}

function figureOf(name: string, tried: number, { jose, ours }: { jose: number; ours: number }): Figure {
  return {
    ...{ what: `a token with ${name}, signed with the right key`, tried, of: 'tokens', wrong: ours },
    beside: `jose's jwtVerify as it comes takes ${jose}, ours ${ours}`,
  };
}

function count(counts: { jose: number; ours: number }, took: { jose: boolean; ours: boolean }): void {
  counts.jose += took.jose ? 1 : 0;
  counts.ours += took.ours ? 1 : 0;
}

const yes = (): boolean => true;
const no = (): boolean => false;
