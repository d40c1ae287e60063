import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import vaultShare from '#handlers/vault_share.ts';
import { createSeals } from '#src/adapters/vault/seals.ts';
import { VaultSpec } from '#src/adapters/vault/spec.ts';
import { createVaults } from '#src/adapters/vault/vaults.ts';
import { createShareStore, sharesFile } from '#src/agent/shares/store.ts';
import type { Input } from '#src/operation/args.ts';
import type { Tools } from '#src/operation/tools.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { beforeOf, runWith, workOf } from '../../handlers/tools.ts';
import { selfSigned } from '../../vault/certificate.ts';
import type { Product } from '../../vault/seal.ts';
import { emptyStorage, startVault } from '../../vault/server.ts';
import { temporaryFolder } from '../temporary.ts';
import { doubled } from './doubled.ts';

const signal = AbortSignal.timeout(120_000);

/** A sealed double behind TLS, three of whose five shares open it, and nodes that each keep one of them. */
export async function sealedVault(product: Product, more: object = {}) {
  const tls = await selfSigned();
  const storage = emptyStorage();
  const subject = await doubled(product, { tls, storage });
  onTestFinished(() => subject.close());
  const folder = await temporaryFolder();
  const ca = join(folder, 'ca.pem');
  await writeFile(ca, tls.cert);
  const spec = VaultSpec.parse({ url: subject.server.url, ca, timeout: '2s', ...more });

  /** A node that keeps a share: one of the five by its number, or bytes. */
  const node = async (share: number | Buffer | undefined, of: object = {}) => {
    const file = sharesFile(await temporaryFolder());
    const store = createShareStore(file, await makeKeys());
    const bytes = typeof share === 'number' ? subject.shares[share] : share;
    if (bytes) await store.add({ vault: 'main', label: `safe ${share}`, bytes: Buffer.from(bytes), at: 0 });
    const specs = { main: { ...spec, ...of } };
    const seals = createSeals(specs, store);
    const tools = { seals, vaults: createVaults(specs) } as unknown as Tools;
    return {
      store,
      seals,
      tools,
      /** Runs the operation, and answers with what it told: its result, or the Problem's sentence and facts. */
      give: async (input: Input = {}, change?: (tools: Tools) => Tools) =>
        await runWith(vaultShare, { vault: 'main', ...input }, change?.(tools) ?? tools),
      plan: async (input: Input = {}) => await vaultShare.plan(workOf(vaultShare, { vault: 'main', ...input }, tools)),
      before: async (input: Input = {}) => await beforeOf(vaultShare, { vault: 'main', ...input }, tools),
      verify: async (before: unknown, input: Input = {}) =>
        await vaultShare.verify({ ...workOf(vaultShare, { vault: 'main', ...input }, tools), before }),
    };
  };
  return {
    ...subject,
    ca,
    node,
    /** One more server of its cluster, sealed too. */
    standby: async () => {
      const server = await startVault({ product, storage, tls, isStandby: () => true });
      onTestFinished(() => server.close());
      return server;
    },
    status: () => subject.client.sealStatus(signal),
    share: (at: number) => Buffer.from(subject.shares[at] ?? ''),
  };
}
