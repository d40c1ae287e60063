import { readFile } from 'node:fs/promises';
import { describe } from 'vitest';
import { z } from 'zod';
import { call } from '#src/adapters/vault/call.ts';
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

const { VAULT_TEST_ADDR: url = '', VAULT_TEST_TOKEN = '', VAULT_TEST_KEYS = '', VAULT_TEST_CA } = process.env;

// The same on a real server, where one was named: CONTRIBUTING.md says how it is made.
describe.skipIf(url === '')(url === '' ? 'a real server (no VAULT_TEST_ADDR)' : `a real server, ${url}`, () =>
  testVault(() => realOne(url)),
);

/** A server for tests alone: its root token, and its shares in hexadecimal digits with commas between; the threshold is what it says. */
async function realOne(address: string): Promise<Subject> {
  const ca = VAULT_TEST_CA === undefined ? undefined : await readFile(VAULT_TEST_CA, 'utf8');
  const line = { name: 'test', url: address, ca, timeoutMs: 10_000 };
  const client: VaultClient = createVaultClient(line);
  const root = new Secret(VAULT_TEST_TOKEN);
  const { threshold } = await client.sealStatus(AbortSignal.timeout(10_000));
  return {
    client,
    close: async () => {},
    threshold,
    shares: VAULT_TEST_KEYS.split(',').map((key) => Buffer.from(key, 'hex')),
    root,
    async put(path, data) {
      const body = Buffer.from(JSON.stringify({ data }));
      const asked = { method: 'PUT' as const, path: `secret/data/${path}`, token: root, body };
      await call(line, asked, z.unknown(), AbortSignal.timeout(10_000));
    },
  };
}
