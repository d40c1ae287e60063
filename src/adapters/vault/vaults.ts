import { readFileSync } from 'node:fs';
import { Problem, sentenceOf } from '#src/kit/problem.ts';
import type { VaultLook, VaultServer, Vaults } from '#src/operation/tools.ts';
import type { VaultClient } from './client.ts';
import { createVaultClient } from './client.ts';
import type { VaultSpec } from './spec.ts';

/** The declared Vaults of a node. The authority's file is read at each look, so that a renewed one needs no restart. */
export function createVaults(specs: Record<string, VaultSpec>): Vaults {
  return {
    look: (signal) => Promise.all(Object.entries(specs).map(([name, spec]) => lookAt(name, spec, signal))),
  };
}

async function lookAt(name: string, spec: VaultSpec, signal: AbortSignal): Promise<VaultLook> {
  const urls = [spec.url, ...spec.peers];
  const servers = await Promise.all(urls.map((url) => serverAt(name, url, spec, signal)));
  return { name, servers, dependants: spec.dependants };
}

async function serverAt(name: string, url: string, spec: VaultSpec, signal: AbortSignal): Promise<VaultServer> {
  const { host } = new URL(url);
  try {
    return { host, ...(await stateOf(createVaultClient({ name, url, ...lineOf(spec) }), signal)) };
  } catch (error) {
    signal.throwIfAborted();
    return { host, state: 'away', because: sentenceOf(error) };
  }
}

async function stateOf(client: VaultClient, signal: AbortSignal): Promise<Omit<VaultServer, 'host'>> {
  const { initialized, sealed, threshold, shares, progress, nonce, version, cluster } = await client.sealStatus(signal);
  if (!initialized) return { state: 'not initialised', version };
  if (sealed) return { state: 'sealed', version, unsealing: { threshold, shares, progress, nonce } };
  const { standby } = await client.health(signal);
  return { state: standby ? 'standby' : 'active', version, cluster };
}

function lineOf({ ca, timeout }: VaultSpec): { ca: string | undefined; timeoutMs: number } {
  return { ca: ca === undefined ? undefined : readAuthority(ca), timeoutMs: timeout };
}

/** The PEM file of an authority. Throws Problem `vault-ca`. */
function readAuthority(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new Problem('vault-ca', `${file} cannot be read (${code}). Look at its path and mode.`, { cause });
  }
}
