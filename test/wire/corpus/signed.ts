import { hostile } from '../../random.ts';
import { alpha, beta, forge, forgeOrder, hub, idOf, mac, signingInput, unwrap, wrap } from '../forge.ts';
import type { Forger } from './sample.ts';
import { anyId, anyOrder, anyParts, anySealed, anyText, changed, stranger } from './sample.ts';

const x = hub.keys.sign.x ?? '';
const secrets = [
  hub.keys.public,
  x,
  Buffer.from(x, 'base64url'),
  JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x }),
  '',
];

/** Whose signature it is, over what, and under which header: all in a right envelope. */
export const SIGNED: Record<string, Forger> = {
  'alg none': (random) => {
    const { header, claims } = anyParts(random);
    return wrap(`${signingInput({ ...header, alg: random.pick(['none', 'None', 'NONE', 'nOnE', '']) }, claims)}.`);
  },
  'our alg without a signature': (random) => {
    const { header, claims } = anyParts(random);
    return wrap(`${signingInput(header, claims)}.`);
  },
  'HS256 with the public key': (random) => {
    const { header, claims } = anyParts(random);
    return wrap(mac(random.pick(secrets), { ...header, alg: 'HS256' }, claims));
  },
  'a MAC under the name of our alg': (random) => {
    const { header, claims } = anyParts(random);
    return wrap(mac(random.pick(secrets), header, claims));
  },
  'another name for the alg': changed((random) => ({
    header: {
      alg: random.pick(['EdDSA', 'ed25519', 'ED25519', 'Ed448', 'ES256', 'RS256', 'PS256', 1, null, ['Ed25519']]),
    },
  })),
  "a stranger's key with the hub's name": (random) => {
    const { header, claims } = anyParts(random);
    return forgeOrder(stranger.keys, header, claims);
  },
  "a stranger's key under its own name": (random) => {
    const { header, claims } = anyParts(random);
    const kid = idOf(stranger);
    return forgeOrder(stranger.keys, { ...header, kid }, { ...claims, iss: random.chance(50) ? kid : claims.iss });
  },
  "a node's key in the hub's place": (random) => {
    const { header, claims } = anyParts(random);
    return forgeOrder(random.pick([alpha, beta]).keys, header, claims);
  },
  "a stranger's key that brings itself along": (random) => {
    const { header, claims } = anyParts(random);
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: stranger.keys.sign.x };
    return forgeOrder(stranger.keys, { ...header, jwk }, claims);
  },
  'an address where keys can be had': changed((random) => ({
    header: { [random.pick(['jku', 'x5u', 'x5c', 'x5t'])]: `https://evil.example/${anyText(random)}` },
  })),
  'no kid, or one that is unknown': changed((random) => ({
    header: { kid: random.pick([undefined, '', 'hub', idOf(beta), `hub@${anyText(random)}`, [idOf(hub)]]) },
  })),
  'no typ, or another': changed((random) => ({
    header: {
      typ: random.pick([
        undefined,
        'JWT',
        'nightguard-event+jws',
        'nightguard-wake+jws',
        'nightguard-order+jwe',
        hostile(random, 20),
      ]),
    },
  })),
  'a field more in the header': changed((random) => ({ header: { [anyId(random)]: random.below(9) } })),
  crit: changed((random) => ({ header: { crit: [random.pick(['exp', 'b64', anyId(random)])], exp: 1, b64: true } })),
  'a payload that is not encoded': changed(() => ({ header: { crit: ['b64'], b64: false } })),
  'a key twice in the header': (random) => {
    const { header, claims } = anyParts(random);
    const text = JSON.stringify(header).replace('{', random.pick(['{"alg":"none",', '{"typ":"JWT",', '{"kid":"x",']));
    return forgeOrder(hub.keys, text, claims);
  },
  'a signed text put into another envelope by a stranger': async (random) =>
    wrap(unwrap(await anySealed(random), alpha.keys).text, { oneTime: stranger.keys }),
  'a signed text under another one-time key': changed((random) => ({
    claims: { epk: random.pick([undefined, null, '', stranger.keys.encrypt.x, anyText(random)]) },
  })),
  "another node's order, put into an envelope for this one": async (random) =>
    wrap(unwrap(await anySealed(random, beta), beta.keys).text),
  'an order that a node has sealed to itself': (random) => anySealed(random, alpha, alpha),
  'a signature of another order': (random) => {
    const [one, two] = [anyParts(random), anyParts(random)].map(({ header, claims }) =>
      forge(hub.keys, header, claims),
    );
    return wrap([...(one ?? '').split('.').slice(0, 2), two?.split('.')[2]].join('.'));
  },
  'an order that is not signed': (random) =>
    wrap(JSON.stringify(random.chance(50) ? anyParts(random).claims : anyOrder(random))),
  'an envelope of nothing': () => wrap(''),
  'an envelope in an envelope': async (random) => wrap(await anySealed(random)),
  'a signed text in a signed text': (random) => {
    const { header, claims } = anyParts(random);
    return forgeOrder(hub.keys, header, forge(hub.keys, header, claims));
  },
  'a signed text that is cut': (random) => {
    const { header, claims } = anyParts(random);
    const text = forge(hub.keys, header, claims);
    return wrap(text.slice(0, random.below(text.length)));
  },
};
