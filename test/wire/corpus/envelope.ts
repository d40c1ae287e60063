import { randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { seal } from '#src/wire/seal.ts';
import { hostile } from '../../random.ts';
import type { Wrapping } from '../forge.ts';
import { AT, alpha, b64, beta, forge, hub, idOf, party, unwrap, wrap } from '../forge.ts';
import type { Forger } from './sample.ts';
import { anyId, anyParts, anySealed, anyText, stranger } from './sample.ts';

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const X = { x: stranger.keys.encrypt.x, crv: 'X25519', kty: 'OKP' };
const LOW = ['A'.repeat(43), `AQ${'A'.repeat(41)}`, '7P__________________________________________38'];

/** A right order in an envelope that is wrong in what is changed. */
function around(change: (random: Parameters<Forger>[0]) => Wrapping): Forger {
  return (random) => {
    const { header, claims } = anyParts(random);
    return wrap(forge(hub.keys, header, claims), change(random));
  };
}

/** A sealed order whose parts are changed on the way: 0 header, 1 key (empty), 2 nonce, 3 text, 4 tag. */
function onTheWay(change: (parts: string[], random: Parameters<Forger>[0]) => string[] | string): Forger {
  return async (random) => {
    const changed = change((await anySealed(random)).split('.'), random);
    return typeof changed === 'string' ? changed : changed.join('.');
  };
}

const flipped = (part: string | undefined, random: Parameters<Forger>[0]): string => {
  const bytes = Buffer.from(part ?? '', 'base64url');
  const at = random.below(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  return bytes.toString('base64url');
};

/** What is wrong with the envelope, or with the token as a text. */
export const ENVELOPE: Record<string, Forger> = {
  'signed and not encrypted': (random) => {
    const { header, claims } = anyParts(random);
    return forge(hub.keys, header, random.chance(50) ? claims : { ...claims, epk: undefined });
  },
  'zip, and really compressed': (random) => {
    const { header, claims } = anyParts(random);
    return wrap(deflateRawSync(forge(hub.keys, header, claims)), { header: { zip: 'DEF' } });
  },
  'zip as a word only': around((random) => ({ header: { zip: random.pick(['DEF', 'def', 'GZ', '', null]) } })),
  'crit around': around((random) => ({ header: { crit: [random.pick(['exp', 'zip', anyId(random)])], exp: 1 } })),
  'another agreement of keys': around((random) => ({
    header: { alg: random.pick(['dir', 'ECDH-ES+A256KW', 'RSA-OAEP', 'A256KW', 'A256GCMKW', 'ecdh-es', undefined]) },
  })),
  'a password of many rounds': around((random) => ({
    header: { alg: 'PBES2-HS512+A256KW', p2c: 1 + random.below(2 ** 31), p2s: anyText(random) },
  })),
  'a weaker cipher, really used': around(() => ({ enc: 'A128GCM' })),
  'a weaker cipher as a word': around((random) => ({
    header: { enc: random.pick(['A128GCM', 'A192GCM', 'A128CBC-HS256', 'A256CBC-HS512', 'none', undefined, null]) },
  })),
  'another typ around': around((random) => ({
    header: {
      typ: random.pick([undefined, 'JWT', 'nightguard-event+jwe', 'nightguard-order+jws', hostile(random, 20)]),
    },
  })),
  'a kid that is not the receiver': around((random) => ({
    header: { kid: random.pick([undefined, '', 'alpha', idOf(beta), idOf(hub), `alpha@${anyText(random)}`]) },
  })),
  'names of parties': around((random) => ({ header: { [random.pick(['apu', 'apv'])]: anyText(random) } })),
  'a field more around': around((random) => ({ header: { [anyId(random)]: anyText(random) } })),
  'a one-time key of another curve': around((random) => ({
    header: {
      epk: random.pick([
        { ...X, crv: 'Ed25519' },
        { kty: 'EC', crv: 'P-256', x: X.x, y: X.x },
        { ...X, kty: 'EC' },
        X.x,
        null,
        undefined,
      ]),
    },
  })),
  'a one-time key with more or less': around((random) => ({
    header: {
      epk: random.pick([
        { ...X, d: X.x },
        { ...X, kid: '1' },
        { crv: 'X25519', kty: 'OKP' },
        { ...X, x: '' },
        { ...X, x: `${X.x}A` },
      ]),
    },
  })),
  'a one-time key of small order': around((random) => ({ header: { epk: { ...X, x: random.pick(LOW) } } })),
  'a one-time key that was not used': around(() => ({ header: { epk: X } })),
  'a key twice around': (random) => {
    const { header, claims } = anyParts(random);
    const text = Buffer.from(wrap('').split('.')[0] ?? '', 'base64url').toString();
    const twice = random.pick(['{"zip":"DEF",', '{"alg":"dir",', '{"kid":"x",', '{"enc":"A128GCM",']);
    const headerText = random.chance(80) ? text.replace('{', twice) : text.replace(':', ': ');
    return wrap(forge(hub.keys, header, claims), { headerText });
  },
  "another node's order": (random) => anySealed(random, beta),
  "another node's order with this node's name": async (random) => {
    const [head = '', ...rest] = (await anySealed(random, beta)).split('.');
    const mine = Buffer.from(head, 'base64url').toString().replace(idOf(beta), idOf(alpha));
    return [b64(mine), ...rest].join('.');
  },
  "this node's order encrypted to another": (random) => {
    const { header, claims } = anyParts(random);
    return wrap(forge(hub.keys, header, claims), { to: beta, header: random.chance(50) ? { kid: idOf(alpha) } : {} });
  },
  'an event of this node sent back': (random) =>
    seal(alpha, party(hub))('event', { jti: anyId(random), body: { text: anyText(random) }, at: AT }),
  'an event of the hub': (random) =>
    seal(hub, party(alpha))('event', { jti: anyId(random), body: { text: anyText(random) }, at: AT, lifeS: 60 }),
  'a beacon or a ring of the hub': (random) =>
    seal(hub, party(alpha))(random.pick(['beacon', 'wake']), { jti: anyId(random), body: { v: 1 }, at: AT, lifeS: 60 }),
  'a ring of the hub in an envelope': async (random) =>
    wrap(await seal(hub, party(alpha))('wake', { jti: anyId(random), body: { v: 1 }, at: AT, lifeS: 60 })),
  'the envelope of an event around an order': async (random) =>
    wrap(unwrap(await anySealed(random), alpha.keys).text, { header: { typ: 'nightguard-event+jwe' } }),
  'an encrypted key where none belongs': onTheWay((parts, random) => parts.with(1, anyText(random))),
  'a nonce of another length': onTheWay((parts, random) =>
    parts.with(2, randomBytes(random.pick([0, 1, 8, 11, 13, 16])).toString('base64url')),
  ),
  'a tag of another length': onTheWay((parts, random) => {
    const tag = Buffer.from(parts[4] ?? '', 'base64url').subarray(0, random.below(16));
    return parts.with(4, tag.toString('base64url'));
  }),
  'a bit turned in the header': onTheWay((parts, random) => parts.with(0, flipped(parts[0], random))),
  'a bit turned in the nonce': onTheWay((parts, random) => parts.with(2, flipped(parts[2], random))),
  'a bit turned in the text': onTheWay((parts, random) => parts.with(3, flipped(parts[3], random))),
  'a bit turned in the tag': onTheWay((parts, random) => parts.with(4, flipped(parts[4], random))),
  'a part of another order': async (random) => {
    const [one, two] = [(await anySealed(random)).split('.'), (await anySealed(random)).split('.')];
    const at = random.pick([0, 2, 3, 4]);
    return one.with(at, two[at] ?? '').join('.');
  },
  'cut off': onTheWay((parts, random) => {
    const text = parts.join('.');
    return text.slice(0, random.below(text.length));
  }),
  'the beginning cut off': onTheWay((parts, random) => parts.join('.').slice(1 + random.below(200))),
  'something before or behind': onTheWay((parts, random) => {
    const more = random.pick([' ', '\n', '.', '=', '\u0000', anyText(random)]);
    return random.chance(50) ? more + parts.join('.') : parts.join('.') + more;
  }),
  'another number of parts': onTheWay((parts, random) =>
    random.chance(50) ? parts.toSpliced(random.below(5), 1) : parts.toSpliced(random.below(6), 0, anyText(random)),
  ),
  'spare bits in the tag': onTheWay((parts, random) => {
    const tag = parts[4] ?? '';
    const at = BASE64URL.indexOf(tag.at(-1) ?? '') + 1 + random.below(15);
    return parts.with(4, tag.slice(0, -1) + BASE64URL[at]);
  }),
  'padding, spaces or the other alphabet': onTheWay((parts, random) => {
    const at = random.pick([0, 2, 3, 4]);
    const part = parts[at] ?? '';
    const middle = random.below(part.length);
    const ways = ['=', '==', ' ', '\n', '+', '/', '%3D'].map((odd) => part.slice(0, middle) + odd + part.slice(middle));
    return parts.with(at, random.pick([...ways, `${part}=`, `${part}==`]));
  }),
  'JSON instead of the compact form': onTheWay(([head, , iv, ciphertext, tag]) =>
    JSON.stringify({ protected: head, iv, ciphertext, tag }),
  ),
  'too large': onTheWay((parts, random) =>
    parts.with(3, `${parts[3]}${'A'.repeat(4 * (4_000 + random.below(9_000)))}`),
  ),
  'too large, and right': (random) => {
    const { header, claims } = anyParts(random);
    const body = {
      ...(claims['body'] as object),
      input: Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`k${n}`, 'x'.repeat(150 + random.below(50))])),
    };
    return wrap(forge(hub.keys, header, { ...claims, body }));
  },
  noise: (random) =>
    random.chance(50) ? hostile(random, 500) : Array.from({ length: 5 }, () => anyText(random)).join('.'),
};
