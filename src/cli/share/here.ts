import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { NodeConfig } from '#src/agent/config.ts';
import { Problem } from '#src/kit/problem.ts';

/** How names become addresses. */
export type Resolve = (name: string) => Promise<string[]>;

/** Throws Problem `share` when a server of the Vault is this very machine and the configuration does not say that this is meant, or when nobody can tell. */
export async function refuseHere(
  vault: string,
  { url, peers, shareHere, mode }: Pick<NodeConfig['vaults'][string], 'url' | 'peers' | 'shareHere' | 'mode'>,
  resolve: Resolve = addressesOf,
): Promise<void> {
  if (shareHere || mode === 'local') return;
  const own = ownAddresses();
  for (const { hostname, host } of [url, ...peers].map((each) => new URL(each))) {
    const name = hostname.replace(/^\[|\]$/g, '');
    const addresses = isIP(name) ? [name] : await resolve(name).catch((cause) => unresolved(vault, host, cause));
    if (!addresses.some((address) => isLoopback(address) || own.has(address))) continue;
    throw new Problem(
      'share',
      `${vault} runs on this very machine (${host}): whoever takes the machine would have both. Keep the share on another node, or write node.vaults.${vault}.shareHere: true if this is meant.`,
    );
  }
}

async function addressesOf(name: string): Promise<string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address);
}

function ownAddresses(): Set<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address)));
}

function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127\.|^::1$|^0\.0\.0\.0$|^::$/.test(address);
}

function unresolved(vault: string, host: string, cause: unknown): never {
  throw new Problem(
    'share',
    `Nobody knows the address of ${host}, so nobody can tell whether ${vault} runs on this very machine. Mend the name under node.vaults.${vault}, then run this again.`,
    { cause },
  );
}
