import { describe, expect, test } from 'vitest';
import vaultGrant from '#handlers/vault_grant.ts';
import vaultRenew from '#handlers/vault_renew.ts';
import vaultSecret from '#handlers/vault_secret.ts';
import vaultToken from '#handlers/vault_token.ts';
import type { Operation } from '#src/operation/define.ts';
import type { VaultGrant, VaultSecret, VaultToken } from '#src/operation/tools.ts';
import { beforeOf, runWith, toolsWith, workOf } from './tools.ts';

const DAY = 86_400_000;
const TOKEN: VaultToken = {
  ...{ name: 'token', policies: ['default', 'web'], renewable: true },
  ...{ ttlMs: 10 * DAY, expiresAt: Date.UTC(2026, 0, 11), warnMs: 3 * DAY },
};
const GRANT: VaultGrant = { policies: ['web'], ttlMs: DAY, file: '/run/web.token', writtenAt: undefined };
const input = { vault: 'main' };

async function told(operation: Operation, given: Record<string, string>, tools: Parameters<typeof toolsWith>[0]) {
  const { result } = await runWith(operation, given, toolsWith(tools));
  return operation.report({ node: 'alpha', params: operation.parse(given), result, tookMs: 1 });
}

describe('/vault_token', () => {
  const at = (token: Partial<VaultToken>) =>
    told(vaultToken, input, { vaults: { token: async () => ({ ...TOKEN, ...token }) } });

  test('tells what it may do and when it ends', async () => {
    expect(await at({})).toMatchObject({
      tone: 'ok',
      title: 'the token for main holds',
      facts: [
        { label: 'Ends', value: 'in 10 d (2026-01-11 00:00 UTC)', limit: 'told from 3 d before', tone: 'ok' },
        { label: 'Renewable', value: 'yes' },
        { label: 'Policies', value: 'default, web' },
        { label: 'Name', value: 'token' },
      ],
      buttons: [{ operation: 'vault_renew', input }],
    });
  });

  test('tells one that ends soon, one that never ends, and one that may do everything', async () => {
    expect(await at({ ttlMs: 3 * DAY })).toMatchObject({ tone: 'warn', title: 'the token for main ends soon' });
    expect(await at({ ttlMs: undefined, expiresAt: undefined })).toMatchObject({
      facts: [{ value: 'never' }, {}, {}, {}],
    });
    expect(await at({ policies: ['root'], renewable: false })).toMatchObject({
      tone: 'warn',
      title: 'the token for main may do everything: give this node a smaller one',
      buttons: [],
    });
  });
});

describe('/vault_renew', () => {
  const tools = (expiresAt: number, more: Partial<VaultToken> = {}) =>
    toolsWith({ vaults: { token: async () => ({ ...TOKEN, ...more, expiresAt }), renew: async () => TOKEN } });

  test('renews it, and says for how long it holds', async () => {
    const { result, steps } = await runWith(vaultRenew, input, tools(1));
    expect(steps).toEqual(['renew']);
    expect(vaultRenew.report({ node: 'a', params: vaultRenew.parse(input), result, tookMs: 1 }).title).toBe(
      'the token for main holds for 10 d',
    );
  });

  test('does not plan what cannot be', async () => {
    await expect(vaultRenew.plan(workOf(vaultRenew, input, tools(1, { renewable: false })))).rejects.toThrow(
      'cannot be renewed',
    );
  });

  test.each([
    [10_000, 'verified applied'],
    [5_000, 'verified not applied'],
    [0, 'verified not applied'],
  ])('an end that is %i ms later: %s', async (later, verdict) => {
    const before = await beforeOf(vaultRenew, input, tools(1_000));
    const after = await vaultRenew.verify({ ...workOf(vaultRenew, input, tools(1_000 + later)), before });
    expect(after.verdict).toBe(verdict);
  });
});

describe('/vault_grant', () => {
  const given = { vault: 'main', grant: 'web' };
  const tools = (writtenAt: number | undefined) =>
    toolsWith({ vaults: { grant: async () => ({ ...GRANT, writtenAt }), make: async () => GRANT } });

  test('shows where it goes and what is replaced, and puts it there', async () => {
    const { facts } = await vaultGrant.plan(workOf(vaultGrant, given, tools(1)));
    expect(facts.map(({ label, value }) => `${label}: ${value}`)).toEqual([
      'File: /run/web.token',
      'Policies: web',
      'Lives: 1 d',
      'Then: the token that is in the file is replaced; it lives on until its own end',
    ]);
    expect(await told(vaultGrant, given, tools(undefined))).toMatchObject({
      title: '/run/web.token holds a new token "web" of main',
    });
  });

  test.each([
    [undefined, undefined, 'verified not applied'],
    [1, 1, 'verified not applied'],
    [undefined, 2, 'verified applied'],
    [1, 2, 'verified applied'],
  ])('a file written at %s and then at %s: %s', async (first, second, verdict) => {
    const before = await beforeOf(vaultGrant, given, tools(first));
    expect((await vaultGrant.verify({ ...workOf(vaultGrant, given, tools(second)), before })).verdict).toBe(verdict);
  });
});

describe('/vault_secret', () => {
  const found: VaultSecret = { version: 4, versions: 3, ageMs: DAY, isGone: false, keys: ['password', 'user'] };
  const given = { vault: 'main', path: 'apps/web' };
  const at = (secret: VaultSecret | undefined) => told(vaultSecret, given, { vaults: { secret: async () => secret } });

  test('tells versions, age and the names of keys', async () => {
    expect(await at(found)).toMatchObject({
      tone: 'ok',
      title: 'secret apps/web is there',
      facts: [{ value: '4, 3 versions kept' }, { value: '1 d ago' }, { value: 'password, user' }],
    });
    expect(await at({ ...found, isGone: true })).toMatchObject({ tone: 'warn', title: 'secret apps/web was deleted' });
    expect(await at(undefined)).toMatchObject({ tone: 'warn', title: 'there is no secret apps/web' });
  });

  test.each(['../sys/seal', 'a//b', '/a', 'a/', '-a', 'a/../b', 'a b', 'a?list=true', ''])(
    'the path "%s" is refused',
    (path) => {
      expect(() => vaultSecret.parse({ vault: 'main', path })).toThrow('path');
    },
  );
});
