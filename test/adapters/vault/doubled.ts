import { z } from 'zod';
import { createVaultClient } from '#src/adapters/vault/client.ts';
import { Secret } from '#src/kit/secret.ts';
import type { Product } from '../../vault/seal.ts';
import type { VaultDouble } from '../../vault/server.ts';
import { startVault } from '../../vault/server.ts';
import type { Subject } from './contract.ts';

const Made = z.object({ keys: z.array(z.string()), root_token: z.string() });

/** A double that was initialised with five shares, three of which open it. */
export async function doubled(product: Product): Promise<Subject & { server: VaultDouble }> {
  const server = await startVault({ product });
  const send = async (path: string, body: object, token = ''): Promise<unknown> => {
    const headers = { 'x-vault-token': token };
    const answer = await fetch(`${server.url}/v1/${path}`, { method: 'PUT', headers, body: JSON.stringify(body) });
    return await answer.json();
  };
  const made = Made.parse(await send('sys/init', { secret_shares: 5, secret_threshold: 3 }));
  return {
    server,
    close: () => server.close(),
    client: createVaultClient({ name: 'main', url: server.url, ca: undefined, timeoutMs: 5_000 }),
    shares: made.keys.map((key) => Buffer.from(key, 'hex')),
    threshold: 3,
    root: new Secret(made.root_token),
    put: async (path, data) => void (await send(`secret/data/${path}`, { data }, made.root_token)),
  };
}
