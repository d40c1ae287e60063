import { hostile } from '../../random.ts';
import { AT, alpha, beta, forgeOrder, hub, idOf } from '../forge.ts';
import type { Forger } from './sample.ts';
import { anyId, anyOrder, anyParts, anyText, changed, stranger } from './sample.ts';

const YEAR_S = 31_536_000;
const EVENT = { v: 1, log: 'log1', seq: 1, base: 0, at: AT, saying: { kind: 'accepted', job: 'job1' } };

/** What the hub's own key has signed in a right envelope, and says what it must not. */
export const CLAIMS: Record<string, Forger> = {
  'no exp': changed((random) => ({ claims: { exp: random.pick([undefined, null]) } })),
  'an exp that is no whole number': changed((random) => ({
    claims: { exp: random.pick([`${AT}`, AT / 1000 + 0.5, true, [AT / 1000 + 60], 1e300, -1]) },
  })),
  'an exp in ten years': (random) => {
    const { header, claims, iat } = anyParts(random);
    return forgeOrder(hub.keys, header, { ...claims, exp: iat + 10 * YEAR_S + random.below(1_000) });
  },
  'a life over 120 s': (random) => {
    const { header, claims, iat } = anyParts(random);
    return forgeOrder(hub.keys, header, { ...claims, exp: iat + 121 + random.below(600) });
  },
  'a life of nothing or less': (random) => {
    const { header, claims, iat } = anyParts(random);
    return forgeOrder(hub.keys, header, { ...claims, exp: iat - random.below(600) });
  },
  'no iat, or one that is no time': changed((random) => ({
    claims: { iat: random.pick([undefined, null, -1, 1.5, '1790000000', 1e12, 9e15, Number.MAX_SAFE_INTEGER]) },
  })),
  'a list of audiences': changed((random) => ({
    claims: { aud: random.pick([[idOf(alpha)], [idOf(alpha), idOf(beta)], []]) },
  })),
  'no audience, or another': changed((random) => ({
    claims: { aud: random.pick([undefined, null, '', 'alpha', '*', idOf(beta), `alpha@${anyText(random)}`]) },
  })),
  'no issuer, or another': changed((random) => ({
    claims: { iss: random.pick([undefined, '', 'hub', idOf(alpha), idOf(stranger), `hub@${anyText(random)}`]) },
  })),
  'no jti, or one that is none': changed((random) => ({
    claims: {
      jti: random.pick([
        undefined,
        '',
        1,
        null,
        'JOB',
        '../job',
        'a b',
        'a\n',
        'j'.repeat(61 + random.below(99)),
        ['a'],
      ]),
    },
  })),
  'a claim more': changed((random) => ({
    claims: { [random.pick(['nbf', 'sub', 'approvals', 'proofs', anyId(random)])]: 1 },
  })),
  'an epoch lower than one that was seen': changed((random) => ({ claims: { epoch: 1 + random.below(6) } })),
  'an epoch higher than that of the key': changed((random) => ({ claims: { epoch: 8 + random.below(1_000_000) } })),
  'no epoch, or one that is none': changed((random) => ({
    claims: { epoch: random.pick([undefined, null, 0, -1, 7.5, '7', [7], 1e300]) },
  })),
  'a key twice in the claims': (random) => {
    const { header, claims } = anyParts(random);
    const key = random.pick(['iss', 'aud', 'jti', 'exp', 'epoch', 'body'] as const);
    const first = JSON.stringify({ [key]: random.chance(50) ? claims[key] : anyText(random) }).slice(0, -1);
    return forgeOrder(hub.keys, header, `${first},${JSON.stringify(claims).slice(1)}`);
  },
  'a key twice in the content': (random) => {
    const { header, claims } = anyParts(random);
    return forgeOrder(hub.keys, header, JSON.stringify(claims).replace('"input":{', '"input":{"target":"other",'));
  },
  'claims written in another way': (random) => {
    const { header, claims } = anyParts(random);
    const text = JSON.stringify(claims);
    const ways = [text.replace(':', ' :'), `${text}\n`, ` ${text}`, text.replace('hub', '\\u0068ub'), `\ufeff${text}`];
    return forgeOrder(hub.keys, header, random.pick(ways));
  },
  'claims that are no object': (random) => {
    const { header } = anyParts(random);
    return forgeOrder(hub.keys, header, random.pick(['', 'null', '[]', '1', '"x"', '{', '{}', hostile(random, 90)]));
  },
  'content that is no order': changed((random) => ({
    claims: {
      body: random.pick([
        undefined,
        null,
        [],
        {},
        'restart',
        7,
        [anyOrder(random)],
        JSON.stringify(anyOrder(random)),
        EVENT,
      ]),
    },
  })),
  'a key more in the content': changed((random) => ({
    claims: { body: { ...anyOrder(random), [anyId(random)]: true } },
  })),
  'an order of an unknown kind or form': changed((random) => ({
    claims: {
      body: {
        ...anyOrder(random),
        ...random.pick([{ kind: 'sudo' }, { v: 2 }, { operator: 0 }, { version: '1' }, { input: [] }, { plan: 'x' }]),
      },
    },
  })),
  'an event as an order': changed(() => ({ header: { typ: 'nightguard-event+jws' }, claims: { body: EVENT } })),
};
