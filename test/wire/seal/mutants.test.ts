import { describe, expect, test } from 'vitest';
import { Problem } from '#src/kit/problem.ts';
import { b64, openOrder, refused, sealedOrder } from '../forge.ts';

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const token = await sealedOrder();

describe('a token that is not written canonically is refused', () => {
  const why = 'its text is not canonical';
  const [header = '', payload = '', signature = ''] = token.split('.');
  const alike = `${signature.slice(0, -1)}${BASE64URL[BASE64URL.indexOf(signature.at(-1) ?? '') + 1]}`;

  test('one bit more in the last character means the same bytes', () => {
    expect(Buffer.from(alike, 'base64url')).toEqual(Buffer.from(signature, 'base64url'));
  });

  test.each<[string, string]>([
    ['spare bits in the signature', `${header}.${payload}.${alike}`],
    ['padding in the signature', `${header}.${payload}.${signature}==`],
    ['padding in the payload', `${header}.${payload}=.${signature}`],
    ['padding in the header', `${header}=.${payload}.${signature}`],
    ['spare bits in the header', `${spare('{"alg":"Ed25519"}')}.${payload}.${signature}`],
    ['spare bits in the payload', `${header}.${spare('{"a":1,}')}.${signature}`],
    ['a space in front', ` ${token}`],
    ['a new line in the header', `${header.slice(0, 4)}\n${header.slice(4)}.${payload}.${signature}`],
    ['a new line in the payload', `${header}.${payload.slice(0, 4)}\n${payload.slice(4)}.${signature}`],
    ['a new line at the end', `${header}.${payload}.${signature}\n`],
    ['the other alphabet', `${header}.${payload}.${signature.replaceAll('-', '+').replaceAll('_', '/')}+`],
    ['two parts', `${header}.${payload}`],
    ['four parts', `${header}.${payload}.${signature}.`],
    ['five parts, as an encrypted one has', `${header}.${payload}.${signature}.${signature}.${signature}`],
    ['no text at all', ''],
    ['JSON instead of the compact form', JSON.stringify({ protected: header, payload, signature })],
  ])('%s', async (_, odd) => {
    await expect(openOrder(odd)).rejects.toEqual(refused(why));
  });

  test.each(['..', `${header}..${signature}`, `.${payload}.${signature}`, `${header}.${payload}.`])(
    'parts that are empty: %s',
    async (odd) => {
      await expect(openOrder(odd)).rejects.toEqual(refused('its signature does not hold'));
    },
  );
});

describe('a token with a single character changed', () => {
  test('in the last place of its signature is refused, for 200 tokens', async () => {
    const tokens = await Promise.all(Array.from({ length: 200 }, (_, n) => sealedOrder({ jti: `job${n}` })));
    const changed = tokens.flatMap((each) => changesAt(each, each.length - 1, BASE64URL));
    expect(changed).toHaveLength(200 * 63);
    expect(await acceptedOf(changed)).toEqual([]);
  }, 60_000);

  test('in any place to any other of the alphabet is refused', async () => {
    const changed = [...token].flatMap((_, at) => changesAt(token, at, `${BASE64URL}.`));
    expect(changed).toHaveLength(token.length * 64);
    expect(await acceptedOf(changed)).toEqual([]);
  }, 60_000);

  test('left out, doubled or swapped with its neighbour is refused', async () => {
    const changed = [...token].flatMap((here, at) => {
      const [before, next, after] = [token.slice(0, at), token.charAt(at + 1), token.slice(at + 2)];
      return [before + next + after, before + here + here + next + after, before + next + here + after];
    });
    expect(await acceptedOf(changed.filter((each) => each !== token))).toEqual([]);
  }, 60_000);
});

/** The text with the character at one place replaced by each other one of an alphabet. */
function changesAt(text: string, at: number, alphabet: string): string[] {
  const others = [...alphabet].filter((char) => char !== text[at]);
  return others.map((char) => text.slice(0, at) + char + text.slice(at + 1));
}

/** Those of the tokens that are opened; all others must be refused with Problem `seal`. */
async function acceptedOf(tokens: readonly string[]): Promise<string[]> {
  const outcomes = await Promise.allSettled(tokens.map(openOrder));
  const isRefused = (outcome: PromiseSettledResult<unknown>) =>
    outcome.status === 'rejected' && outcome.reason instanceof Problem && outcome.reason.code === 'seal';
  return tokens.filter((_, index) => !isRefused(outcomes[index] as PromiseSettledResult<unknown>));
}

/** The base64url text of some bytes with a spare bit set at its end. */
function spare(text: string): string {
  const encoded = b64(text);
  return `${encoded.slice(0, -1)}${BASE64URL[BASE64URL.indexOf(encoded.at(-1) ?? '') + 1]}`;
}
