import { z } from 'zod';
import { call } from '#src/adapters/vault/call.ts';
import { createVaultClient } from '#src/adapters/vault/client.ts';
import { Secret } from '#src/kit/secret.ts';
import type { Product } from '../../vault/seal.ts';
import type { VaultDouble } from '../../vault/server.ts';
import { startVault } from '../../vault/server.ts';
import type { Subject } from './contract.ts';

const Made = z.object({ keys: z.array(z.string()), root_token: z.string() });

/** A double that was initialised with five shares, three of which open it. */
export async function doubled(
  product: Product,
  options: Pick<NonNullable<Parameters<typeof startVault>[0]>, 'tls' | 'storage' | 'isStandby'> = {},
): Promise<Subject & { server: VaultDouble }> {
  const server = await startVault({ product, ...options });
  const line = { name: 'main', url: server.url, ca: options.tls?.cert, timeoutMs: 5_000 };
  const send = async (path: string, body: object, token?: Secret): Promise<unknown> => {
    const bytes = Buffer.from(JSON.stringify(body));
    return (await call(line, { method: 'PUT', path, token, body: bytes }, z.unknown(), AbortSignal.timeout(10_000)))
      .body;
  };
  const made = Made.parse(await send('sys/init', { secret_shares: 5, secret_threshold: 3 }));
  const root = new Secret(made.root_token);
  return {
    server,
    close: () => server.close(),
    client: createVaultClient(line),
    shares: made.keys.map((key) => Buffer.from(key, 'hex')),
    threshold: 3,
    root,
    put: async (path, data) => void (await send(`secret/data/${path}`, { data }, root)),
  };
}
