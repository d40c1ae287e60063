import { describe } from 'vitest';
import type { VaultClient } from '#src/adapters/vault/client.ts';
import { createVaultClient } from '#src/adapters/vault/client.ts';
import { Secret } from '#src/kit/secret.ts';
import type { Product } from '../../vault/seal.ts';
import type { Subject } from './contract.ts';
import { testVault } from './contract.ts';
import { doubled } from './doubled.ts';

describe.each<Product>(['vault', 'openbao'])('the double of %s', (product) => {
  testVault(() => doubled(product));
});

const url = process.env['VAULT_TEST_ADDR'];

// The same on a real server, where one was named: with VAULT_TEST_TOKEN and VAULT_TEST_KEYS beside it.
if (url !== undefined) describe('a real server', () => testVault(() => realOne(url)));

/** A server for tests alone: its root token, and its shares in hexadecimal digits with commas between; the threshold is what it says. */
async function realOne(address: string): Promise<Subject> {
  const { VAULT_TEST_TOKEN = '', VAULT_TEST_KEYS = '' } = process.env;
  const client: VaultClient = createVaultClient({ name: 'test', url: address, ca: undefined, timeoutMs: 10_000 });
  const { threshold } = await client.sealStatus(AbortSignal.timeout(10_000));
  return {
    client,
    close: async () => {},
    threshold,
    shares: VAULT_TEST_KEYS.split(',').map((key) => Buffer.from(key, 'hex')),
    root: new Secret(VAULT_TEST_TOKEN),
    async put(path, data) {
      const headers = { 'x-vault-token': VAULT_TEST_TOKEN, 'content-type': 'application/json' };
      const body = JSON.stringify({ data });
      const answer = await fetch(new URL(`/v1/secret/data/${path}`, address), { method: 'PUT', headers, body });
      if (!answer.ok) throw new Error(`put ${path}: ${answer.status}`);
    },
  };
}
