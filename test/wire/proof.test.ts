import { importJWK, SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Keys } from '#src/wire/keys.ts';
import { identity, makeKeys } from '#src/wire/keys.ts';
import { createProofReader, createProver, PROOF_S } from '#src/wire/proof.ts';
import { seal } from '#src/wire/seal.ts';

const AT = 1_800_000_000_000;
const STEP_UP = { job: 'j1', plan: 'a'.repeat(64), operator: 7 };
const [approver, target, hub, stranger] = ['vault', 'alpha', 'hub', 'eve'].map((name) => ({ name, keys: {} as Keys }));

beforeAll(async () => {
  for (const each of [approver, target, hub, stranger]) if (each) each.keys = await makeKeys();
});

const party = (self = target) => ({ name: self?.name ?? '', key: self?.keys.public ?? '' });
const nameOf = (self = target) => identity(self?.name ?? '', self?.keys.public ?? '');
const read = (token: string, at = AT) => createProofReader(party(approver), party(target))(token, at);
const proof = (by = approver, audience = nameOf(), at = AT) =>
  createProver(by ?? { name: '', keys: {} as Keys })(STEP_UP, audience, at);

/** A token with whatever header and claims, under the approver's own key. */
async function signed(claims: object, header: object = {}, by = approver): Promise<string> {
  const key = await importJWK(by?.keys.sign ?? {}, 'Ed25519');
  const iat = AT / 1000;
  const all = { iss: nameOf(approver), aud: nameOf(), iat, exp: iat + 60, ...STEP_UP, ...claims };
  const protectedHeader = { alg: 'Ed25519', typ: 'nightguard-stepup+jws', kid: nameOf(approver), ...header };
  return await new SignJWT(all).setProtectedHeader(protectedHeader).sign(key);
}

test('a proof tells of whom, for which job and plan, for as long as it holds', async () => {
  expect(await read(await proof())).toEqual(STEP_UP);
  expect(await read(await proof(), AT + PROOF_S * 1000 - 1)).toEqual(STEP_UP);
  expect(await read(await signed({}))).toEqual(STEP_UP);
});

describe('refused is', () => {
  const refused = expect.objectContaining({ code: 'seal' });

  test.each<[string, () => Promise<string>]>([
    ["one of the hub's key", () => proof(hub)],
    ["one of the target's own key", () => proof(target)],
    ["one of a stranger's key", () => proof(stranger)],
    ["one of a stranger's key in the approver's name", () => signed({}, {}, stranger)],
    ['one for another node', () => proof(approver, nameOf(stranger))],
    ['one for another node of the same name', () => proof(approver, `alpha@${'A'.repeat(16)}`)],
    ['one from the future', () => proof(approver, nameOf(), AT + 31_000)],
    ['one that holds too long', () => signed({ exp: AT / 1000 + PROOF_S + 1 })],
    ['one that ends before it begins', () => signed({ exp: AT / 1000 - 1 })],
    ['one without an end', () => signed({ exp: undefined })],
    ['one with a claim more', () => signed({ admin: true })],
    ['one of nobody', () => signed({ operator: 0 })],
    ['one of another kind', () => signed({}, { typ: 'nightguard-order+jws' })],
    ['one with a header more', () => signed({}, { crit: [] }).catch(() => 'none')],
    ['no token', async () => 'x.y.z'],
    ['a giant', async () => `${await proof()}${'A'.repeat(3_000)}`],
    [
      'a beacon of the approver for the node',
      () =>
        seal(approver ?? { name: '', keys: {} as Keys }, party())('beacon', {
          jti: 'b',
          body: STEP_UP,
          at: AT,
          lifeS: 60,
        }),
    ],
  ])('%s', async (_, make) => {
    await expect(read(await make())).rejects.toThrow(refused);
  });

  test('one that holds no longer', async () => {
    const token = await proof();
    await expect(read(token, AT + PROOF_S * 1000)).rejects.toThrow(refused);
  });

  test('every proof with one character changed', async () => {
    const token = await proof();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
    const mutants = [...token].map((was, at) => {
      const other = alphabet[(alphabet.indexOf(was) + 1 + (at % 60)) % alphabet.length] ?? 'A';
      return token.slice(0, at) + (other === was ? 'A' : other) + token.slice(at + 1);
    });
    const taken = await Promise.all(
      mutants
        .filter((each) => each !== token)
        .map((each) =>
          read(each).then(
            () => 1,
            () => 0,
          ),
        ),
    );
    expect(taken.reduce<number>((sum, one) => sum + one, 0)).toBe(0);
  });
});
