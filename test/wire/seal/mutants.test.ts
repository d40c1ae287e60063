import { describe, expect, test } from 'vitest';
import { Problem } from '#src/kit/problem.ts';
import { alpha, b64, openOrder, refused, sealedOrder, unwrap, wrap } from '../forge.ts';

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const token = await sealedOrder();

const inner = unwrap(token, alpha.keys).text;

describe.each<[string, string, (odd: string) => string]>([
  ['an envelope', token, (odd) => odd],
  ['the signed text inside', inner, (odd) => wrap(odd)],
])('%s that is not written canonically is refused', (_, good, within) => {
  const why = 'its text is not canonical';
  const [header = '', ...rest] = good.split('.');
  const last = rest.pop() ?? '';
  const middle = rest.pop() ?? '';
  const whole = (parts: { header?: string; middle?: string; last?: string }) =>
    [parts.header ?? header, ...rest, parts.middle ?? middle, parts.last ?? last].join('.');
  const alike = `${last.slice(0, -1)}${BASE64URL[BASE64URL.indexOf(last.at(-1) ?? '') + 1]}`;

  test('one bit more in the last character means the same bytes', () => {
    expect(Buffer.from(alike, 'base64url')).toEqual(Buffer.from(last, 'base64url'));
  });

  test.each<[string, string]>([
    ['spare bits in the last part', whole({ last: alike })],
    ['padding in the last part', whole({ last: `${last}==` })],
    ['padding in the middle', whole({ middle: `${middle}=` })],
    ['padding in the header', whole({ header: `${header}=` })],
    ['spare bits in the header', whole({ header: spare('{"alg":"Ed25519"}') })],
    ['spare bits in the middle', whole({ middle: spare('{"a":1,}') })],
    ['a space in front', ` ${good}`],
    ['a new line in the header', whole({ header: `${header.slice(0, 4)}\n${header.slice(4)}` })],
    ['a new line in the middle', whole({ middle: `${middle.slice(0, 4)}\n${middle.slice(4)}` })],
    ['a new line at the end', `${good}\n`],
    ['the other alphabet', whole({ last: `${last.replaceAll('-', '+').replaceAll('_', '/')}+` })],
    ['two parts', `${header}.${middle}`],
    ['a part more', `${good}.`],
    ['two parts more', `${good}.${last}.${last}`],
    ['no text at all', ''],
    ['JSON instead of the compact form', JSON.stringify({ protected: header, payload: middle, signature: last })],
  ])('%s', async (_, odd) => {
    await expect(openOrder(within(odd))).rejects.toEqual(refused(why));
  });

  test.each<[string, string]>([
    ['header', whole({ header: '' })],
    ['middle', whole({ middle: '' })],
    ['last part', whole({ last: '' })],
  ])('without its %s', async (_, odd) => {
    await expect(openOrder(within(odd))).rejects.toMatchObject({ code: 'seal' });
  });
});

describe('a token with a single character changed', () => {
  test('in the last place of its signature is refused, for 50 tokens', async () => {
    const tokens = await Promise.all(Array.from({ length: 50 }, (_, n) => sealedOrder({ jti: `job${n}` })));
    const changed = tokens.flatMap((each) => changesAt(each, each.length - 1, BASE64URL));
    expect(changed).toHaveLength(50 * 63);
    expect(await acceptedOf(changed)).toEqual([]);
  }, 120_000);

  test('in any place to any other of the alphabet is refused', async () => {
    const changed = [...token].flatMap((_, at) => changesAt(token, at, `${BASE64URL}.`));
    expect(changed).toHaveLength(token.length * 64);
    const accepted = await acceptedOf(changed);
    process.stdout.write(
      `${changed.length} single characters changed in an order of ${token.length}: ${accepted.length} accepted\n`,
    );
    expect(accepted).toEqual([]);
  }, 120_000);

  test('left out, doubled or swapped with its neighbour is refused', async () => {
    const changed = [...token].flatMap((here, at) => {
      const [before, next, after] = [token.slice(0, at), token.charAt(at + 1), token.slice(at + 2)];
      return [before + next + after, before + here + here + next + after, before + next + here + after];
    });
    expect(await acceptedOf(changed.filter((each) => each !== token))).toEqual([]);
  }, 120_000);
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
