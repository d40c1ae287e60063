import { readFileSync } from 'node:fs';
import { Problem } from '#src/kit/problem.ts';
import { unknownTarget } from '../unknownTarget.ts';
import type { VaultClient } from './client.ts';
import { createVaultClient } from './client.ts';
import type { VaultSpec } from './spec.ts';

/** A client of one server of a declared Vault. The file of its authority is read each time, so that a renewed one needs no restart. Throws Problem `vault-ca`. */
export function clientOf(name: string, url: string, { ca, timeout }: Pick<VaultSpec, 'ca' | 'timeout'>): VaultClient {
  return createVaultClient({ name, url, ca: ca === undefined ? undefined : readAuthority(ca), timeoutMs: timeout });
}

/** The address of one declared server, of the first without `server`. Throws Problem for one that is not declared. */
export function serverOf(
  name: string,
  { url, peers }: Pick<VaultSpec, 'url' | 'peers'>,
  server: string | undefined,
): string {
  const all = [url, ...peers];
  const found = all.find((each) => server === undefined || hostOf(each) === server);
  if (found === undefined) throw unknownTarget(server ?? '', all.map(hostOf), `server of Vault ${name}`);
  return found;
}

/** How people call the server at an address. */
export function hostOf(url: string): string {
  return new URL(url).host;
}

/** The PEM file of an authority. */
function readAuthority(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new Problem('vault-ca', `${file} cannot be read (${code}). Look at its path and mode.`, { cause });
  }
}
