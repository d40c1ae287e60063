import { describe, expect, test } from 'vitest';
import {
  AT,
  alpha,
  beta,
  forgeOrder,
  hub,
  idOf,
  mac,
  ORDER,
  openOrder,
  orderParts,
  refused,
  signingInput,
  wrap,
} from '../forge.ts';

describe('a header that is not exactly ours is refused, though the signature holds', () => {
  test.each<[string, Record<string, unknown>]>([
    ['without a typ', { typ: undefined }],
    ['the typ of an event', { typ: 'nightguard-event+jws' }],
    ['the typ of a beacon', { typ: 'nightguard-beacon+jws' }],
    ['the typ JWT', { typ: 'JWT' }],
    ['the typ in capitals', { typ: 'NIGHTGUARD-ORDER+JWS' }],
    ['a list of typs', { typ: ['nightguard-order+jws'] }],
    ['without a kid', { kid: undefined }],
    ["another sender's kid", { kid: 'hub@0000000000000000' }],
    ['one field more', { cty: 'json' }],
    ['a key of its own', { jwk: { kty: 'OKP', crv: 'Ed25519', x: beta.keys.sign.x } }],
    ['an address for keys', { jku: 'https://evil.example/keys' }],
    ['a nonce', { nonce: '1' }],
  ])('%s', async (_, change) => {
    const { header, claims } = orderParts(ORDER);
    await expect(openOrder(forgeOrder(hub.keys, { ...header, ...change }, claims))).rejects.toEqual(
      refused('its header is not ours'),
    );
  });

  test.each<[string, Record<string, unknown>]>([
    ['the name EdDSA for the algorithm', { alg: 'EdDSA' }],
    ['no algorithm', { alg: undefined }],
    ['the algorithm none', { alg: 'none' }],
    ['the algorithm in small letters', { alg: 'ed25519' }],
    ['a critical field', { crit: ['exp'], exp: 1 }],
    ['a payload that is not encoded', { crit: ['b64'], b64: false }],
  ])('%s', async (_, change) => {
    const { header, claims } = orderParts(ORDER);
    await expect(openOrder(forgeOrder(hub.keys, { ...header, ...change }, claims))).rejects.toMatchObject({
      code: 'seal',
    });
  });
});

describe('a weaker algorithm is refused', () => {
  const { header, claims } = orderParts(ORDER);

  test.each(['none', 'None', 'NONE', 'nOnE'])('%s without a signature', async (alg) => {
    await expect(openOrder(wrap(`${signingInput({ ...header, alg }, claims)}.`))).rejects.toEqual(
      refused('its header is not ours'),
    );
  });

  const key = hub.keys.public.split('.')[1] ?? '';
  test.each<[string, string | Buffer]>([
    ['the public key as text', hub.keys.public],
    ['the public key as base64url', key],
    ['the public key as bytes', Buffer.from(key, 'base64url')],
    ['the public key as a JWK', JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: key })],
    ['nothing', ''],
  ])('HS256 with %s as the secret', async (_, secret) => {
    const forged = (alg: string) => openOrder(wrap(mac(secret, { ...header, alg }, claims)));
    await expect(forged('HS256')).rejects.toEqual(refused('its header is not ours'));
    await expect(forged('Ed25519')).rejects.toEqual(refused('its signature does not hold'));
  });
});

describe('an envelope that is not exactly ours is refused, though the signature holds', () => {
  const MALFORMED = 'its envelope is malformed';
  const { header, claims } = orderParts(ORDER);
  test.each<[string, Record<string, unknown>, string]>([
    ['another issuer', { iss: idOf(beta) }, 'it is not from that sender to this one'],
    ['no issuer', { iss: undefined }, MALFORMED],
    ['another audience', { aud: idOf(beta) }, 'it is not from that sender to this one'],
    ['a list of audiences', { aud: [idOf(alpha), idOf(beta)] }, MALFORMED],
    ['a list of one audience', { aud: [idOf(alpha)] }, MALFORMED],
    ['no audience', { aud: undefined }, MALFORMED],
    ['the bare name of the node', { aud: 'alpha' }, 'it is not from that sender to this one'],
    ['no expiry', { exp: undefined }, 'it has no expiry'],
    ['no expiry (null)', { exp: null }, MALFORMED],
    ['an expiry that is text', { exp: '1790000060' }, MALFORMED],
    ['an expiry that is no whole number', { exp: AT / 1000 + 0.5 }, MALFORMED],
    ['a life of 121 s', { exp: AT / 1000 + 121 }, 'it would live 121 s'],
    ['a life of ten years', { exp: AT / 1000 + 315_360_000 }, 'it would live 315360000 s'],
    ['a life of 0 s', { exp: AT / 1000 }, 'it would live 0 s'],
    ['a negative life', { exp: AT / 1000 - 1 }, 'it would live -1 s'],
    ['no time of issue', { iat: undefined }, MALFORMED],
    ['a time of issue that is text', { iat: String(AT / 1000) }, MALFORMED],
    ['a time of issue before 1970', { iat: -1, exp: 59 }, MALFORMED],
    ['a time of issue that no calendar has', { iat: 9e15, exp: 9e15 + 60 }, MALFORMED],
    ['no epoch', { epoch: undefined }, MALFORMED],
    ['the epoch 0', { epoch: 0 }, MALFORMED],
    ['an epoch that is text', { epoch: '1' }, MALFORMED],
    ['no one-time key', { epk: undefined }, 'it was encrypted by somebody else than its sender'],
    ['no id', { jti: undefined }, MALFORMED],
    ['an empty id', { jti: '' }, MALFORMED],
    ['an id with capitals', { jti: 'JOB1' }, MALFORMED],
    ['an id with a slash', { jti: '../job1' }, MALFORMED],
    ['an id with a new line', { jti: 'job1\n' }, MALFORMED],
    ['an id of 61', { jti: 'j'.repeat(61) }, MALFORMED],
    ['an id that is a number', { jti: 1 }, MALFORMED],
    ['one claim more', { nbf: AT / 1000 }, MALFORMED],
    ['approvals of its own', { approvals: [7] }, MALFORMED],
    ['no content', { body: undefined }, MALFORMED],
    ['content that is text', { body: JSON.stringify(ORDER) }, 'its content is malformed'],
    ['content in a list', { body: [ORDER] }, 'its content is malformed'],
    ['one key more in the content', { body: { ...ORDER, sudo: true } }, 'its content is malformed'],
    [
      'the content of an event',
      { body: { v: 1, log: 'log1', seq: 1, at: AT, saying: { kind: 'accepted', job: 'job1' } } },
      'its content is malformed',
    ],
  ])('%s', async (_, change, why) => {
    await expect(openOrder(forgeOrder(hub.keys, header, { ...claims, ...change }))).rejects.toEqual(refused(why));
  });

  test.each<[string, string]>([
    ['text that is not JSON', 'restart web'],
    ['nothing', ''],
    ['JSON that is cut off', '{"iss":"hub"'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '1'],
    ['JSON twice', `${JSON.stringify(claims)}${JSON.stringify(claims)}`],
    ['JSON with a key twice', JSON.stringify(claims).replace('{', '{"aud":"beta",')],
    ['JSON with a space', JSON.stringify(claims).replace(':', ': ')],
    ['JSON with an escape that is not needed', JSON.stringify(claims).replace('job1', '\\u006aob1')],
    ['JSON behind a byte order mark', `\ufeff${JSON.stringify(claims)}`],
  ])('a payload that is %s', async (_, payload) => {
    await expect(openOrder(forgeOrder(hub.keys, header, payload))).rejects.toEqual(refused(MALFORMED));
  });
});
