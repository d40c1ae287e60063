import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { writePrivate } from '#src/kit/privateFile.ts';
import { Problem, sentenceOf } from '#src/kit/problem.ts';
import type { VaultGrant, VaultLook, VaultServer, Vaults } from '#src/operation/tools.ts';
import { unknownTarget } from '../unknownTarget.ts';
import type { VaultClient } from './client.ts';
import { clientOf, serverOf } from './reach.ts';
import type { VaultSpec } from './spec.ts';
import { readToken, tokenOf } from './token.ts';

/** A server that was opened needs some time until it leads, in ms. */
const LEADS_MS = 8_000;
const LOOK_MS = 200;

/** The declared Vaults of a node. Files of authorities and tokens are read each time, so that a renewed one needs no restart. */
export function createVaults(specs: Record<string, VaultSpec>): Vaults {
  const specOf = (name: string): VaultSpec => {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (!spec) throw unknownTarget(name, Object.keys(specs), 'Vault');
    return spec;
  };
  const leader = (name: string, spec: VaultSpec, server?: string) => clientOf(name, serverOf(name, spec, server), spec);
  const grantOf = (name: string, wanted: string): VaultSpec['grants'][string] => {
    const { grants } = specOf(name);
    const grant = Object.hasOwn(grants, wanted) ? grants[wanted] : undefined;
    if (grant) return grant;
    const known = Object.keys(grants).join(', ') || 'none';
    throw new Problem('unknown-grant', `Vault ${name} has no grant "${wanted}". Declared under its grants: ${known}.`);
  };
  const token = async (name: string, signal: AbortSignal, server?: string) => {
    const spec = specOf(name);
    return tokenOf(await leader(name, spec, server).lookup(await readToken(name, spec), signal), spec);
  };

  return {
    look: (signal) => Promise.all(Object.entries(specs).map(([name, spec]) => lookAt(name, spec, signal))),
    async settled(name, signal) {
      const until = performance.now() + LEADS_MS;
      for (;;) {
        const found = await lookAt(name, specOf(name), signal);
        if (found.servers.some(({ state }) => state === 'active') || performance.now() > until) return found;
        await sleep(LOOK_MS, undefined, { signal });
      }
    },
    token,
    async tokens(signal) {
      const withToken = Object.keys(specs).filter((name) => specs[name]?.tokenFile !== undefined);
      const found = await Promise.all(
        withToken.map(async (vault) => ({ vault, token: await token(vault, signal).catch(() => undefined) })),
      );
      return found.flatMap(({ vault, token: known }) => (known ? [{ vault, token: known }] : []));
    },
    async renew(name, signal) {
      const spec = specOf(name);
      await leader(name, spec).renew(await readToken(name, spec), signal);
      return await token(name, signal);
    },
    grant: async (name, wanted) => await described(grantOf(name, wanted)),
    async make(name, wanted, signal) {
      const spec = specOf(name);
      const grant = grantOf(name, wanted);
      const asked = { policies: grant.policies, ttl: `${Math.round(grant.ttl / 1000)}s` };
      const made = await leader(name, spec).createToken(await readToken(name, spec), asked, signal);
      await writePrivate(grant.file, `${made.token}\n`);
      return { ...(await described(grant)), policies: made.policies, ttlMs: made.ttlS * 1000 };
    },
    async secret(name, path, signal) {
      const spec = specOf(name);
      const at = { mount: spec.mount, path };
      const found = await leader(name, spec).secret(await readToken(name, spec), at, signal);
      if (!found) return undefined;
      const { updatedAt, ...rest } = found;
      return { ...rest, ageMs: Date.now() - updatedAt };
    },
  };
}

async function described({ policies, ttl, file }: VaultSpec['grants'][string]): Promise<VaultGrant> {
  const found = await stat(file).catch(() => undefined);
  return { policies, ttlMs: ttl, file, writtenAt: found?.mtimeMs };
}

async function lookAt(name: string, spec: VaultSpec, signal: AbortSignal): Promise<VaultLook> {
  const urls = [spec.url, ...spec.peers];
  const servers = await Promise.all(urls.map((url) => serverAt(name, url, spec, signal)));
  return { name, servers, dependants: spec.dependants };
}

async function serverAt(name: string, url: string, spec: VaultSpec, signal: AbortSignal): Promise<VaultServer> {
  const { host } = new URL(url);
  try {
    return { host, ...(await stateOf(clientOf(name, url, spec), signal)) };
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
