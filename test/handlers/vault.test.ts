import { expect, test } from 'vitest';
import vault from '#handlers/vault.ts';
import type { VaultLook } from '#src/operation/tools.ts';
import { runWith, toolsWith } from './tools.ts';

const OPEN: VaultLook = {
  name: 'main',
  servers: [
    { host: 'a:8200', state: 'active', version: '1.10.3', cluster: 'c1' },
    { host: 'b:8200', state: 'standby', version: '1.10.3' },
  ],
  dependants: [],
};
const unsealing = { threshold: 3, shares: 5, progress: 1, nonce: '1f0c2a9b-77aa-4c1e-9d6e-000000000000' };
const SEALED: VaultLook = {
  name: 'spare',
  servers: [{ host: 'c:8200', state: 'sealed', version: '2.3.1', unsealing }],
  dependants: ['web'],
};

async function told(looks: VaultLook[], input: Record<string, string> = {}) {
  const { result } = await runWith(vault, input, toolsWith({ vaults: { look: async () => looks } }));
  return vault.report({ node: 'alpha', params: vault.parse(input), result, tookMs: 1 });
}

test('an open one tells who leads', async () => {
  expect(await told([OPEN])).toEqual({
    tone: 'ok',
    title: 'Vault is open',
    facts: [
      { label: 'a:8200', value: 'active · c1 · v1.10.3', tone: 'ok' },
      { label: 'b:8200', value: 'standby · v1.10.3', tone: 'ok' },
    ],
    buttons: [],
  });
});

test('a sealed one tells how far opening has come, under the name of its Vault where there are several', async () => {
  expect(await told([OPEN, SEALED])).toMatchObject({
    tone: 'bad',
    title: 'spare is sealed',
    facts: expect.arrayContaining([
      {
        label: 'spare c:8200',
        value: 'sealed · 1 of 3 shares given (5 exist), attempt 1f0c2a9b · v2.3.1',
        tone: 'bad',
      },
    ]),
    buttons: [{ label: 'Unseal', operation: 'unseal', input: { vault: 'spare' } }],
  });
});

test('each server of several that is sealed has a button of its own', async () => {
  const servers = [
    { host: 'a:8200', state: 'active' as const },
    { host: 'b:8200', state: 'sealed' as const },
  ];
  expect((await told([{ ...OPEN, servers }])).buttons).toEqual([
    { label: 'Unseal b:8200', operation: 'unseal', input: { vault: 'main', server: 'b:8200' } },
  ]);
});

test('one of several can be asked for by its name', async () => {
  expect(await told([OPEN, SEALED], { vault: 'main' })).toMatchObject({ tone: 'ok', title: 'Vault is open' });
  await expect(told([OPEN, SEALED], { vault: 'spar' })).rejects.toThrow('Did you mean spare?');
  await expect(told([])).rejects.toThrow('Name it under node.vaults');
});

test.for([
  { states: ['sealed', 'active'] as const, words: 'main is sealed on 1 of 2 servers' },
  { states: ['not initialised'] as const, words: 'main is not initialised' },
  { states: ['away'] as const, words: 'main does not answer' },
  { states: ['active', 'away'] as const, words: 'main: a server does not answer' },
  { states: ['standby', 'standby'] as const, words: 'main has no active server' },
])('$states is told as: $words', async ({ states, words }) => {
  const servers = states.map((state, at) => ({ host: `h${at}`, state }));
  expect((await told([{ name: 'main', servers, dependants: [] }])).title).toBe(words);
});
