import { Problem } from '#src/kit/problem.ts';
import type { Secret } from '#src/kit/secret.ts';
import type { Seal, Seals, Share } from '#src/operation/seals.ts';
import { unknownTarget } from '../unknownTarget.ts';
import type { Sealing, VaultClient } from './client.ts';
import { clientOf, hostOf, serverOf } from './reach.ts';
import type { VaultSpec } from './spec.ts';
import { readToken } from './token.ts';

/** The shares that this node keeps, each opened only to be given. */
export interface ShareBox {
  held(vault: string): Promise<Share[]>;
  /** The bytes of a share that is held, in memory that the caller wipes; Problem `no-share`. */
  open(vault: string, fingerprint: string): Promise<Buffer>;
}

/** What Vault says when at the threshold the shares do not make the key: both products, old and new. */
const WRONG_KEY = /failed to decrypt keys|failed to compute combined key|message authentication failed/;

/** The seals of the declared Vaults. */
export function createSeals(specs: Record<string, VaultSpec>, box: ShareBox): Seals {
  const specOf = (vault: string): VaultSpec => {
    const spec = Object.hasOwn(specs, vault) ? specs[vault] : undefined;
    if (!spec) throw unknownTarget(vault, Object.keys(specs), 'Vault');
    return spec;
  };
  const urlOf = (vault: string, server: string | undefined): string => serverOf(vault, specOf(vault), server);
  const at = (vault: string, server: string | undefined): { host: string; client: VaultClient } => {
    const url = urlOf(vault, server);
    return { host: hostOf(url), client: clientOf(vault, url, specOf(vault)) };
  };
  const held = async (vault: string): Promise<[Share, ...Share[]]> => {
    const [first, ...more] = await box.held(vault);
    if (first) return [first, ...more];
    throw new Problem('no-share', `This node has no share of ${vault}. On it: nightguard share add ${vault}`);
  };

  return {
    held,
    place(vault, server) {
      const [{ ca, mode }, url] = [specOf(vault), urlOf(vault, server)];
      refuseUnpinned(vault, url, ca);
      return { host: hostOf(url), authority: ca, isLocal: mode === 'local' };
    },
    async look(vault, server, signal) {
      const { host, client } = at(vault, server);
      return sealOf(host, await client.sealStatus(signal));
    },
    async give(vault, server, fingerprint, signal) {
      const { host, client } = at(vault, server);
      refuseUnpinned(vault, urlOf(vault, server), specOf(vault).ca);
      return sealOf(host, await giveTo(client, await box.open(vault, fingerprint), signal));
    },
    async reset(vault, server, signal) {
      const { host, client } = at(vault, server);
      return sealOf(host, await client.reset(signal));
    },
    async close(vault, server, signal) {
      const { client } = at(vault, server);
      await sealWith(vault, client, await readToken(vault, specOf(vault)), signal);
    },
  };
}

async function giveTo(client: VaultClient, bytes: Buffer, signal: AbortSignal): Promise<Sealing> {
  try {
    return await client.unseal(bytes, signal);
  } catch (error) {
    if (error instanceof Problem && error.code === 'vault' && WRONG_KEY.test(error.message))
      throw new Problem('vault-wiped', error.message, { cause: error });
    throw error;
  } finally {
    bytes.fill(0);
  }
}

async function sealWith(vault: string, client: VaultClient, token: Secret, signal: AbortSignal): Promise<void> {
  try {
    await client.seal(token, signal);
  } catch (error) {
    if (!(error instanceof Problem) || error.code === 'vault-away') throw error;
    // Somebody was quicker.
    if (error.code === 'vault-sealed') return;
    if (!error.message.includes('(403)')) throw error;
    throw new Problem(
      'vault-token',
      `The token of this node may not seal ${vault}. Give it a policy with "update" and "sudo" on sys/seal, or seal it yourself: vault operator seal`,
      { cause: error },
    );
  }
}

/** A share goes to no server but one that a named authority vouches for, or that is on this very machine. */
function refuseUnpinned(vault: string, url: string, ca: string | undefined): void {
  if (ca !== undefined || new URL(url).protocol === 'http:') return;
  throw new Problem(
    'vault-ca',
    `A share goes only to a server whose authority is named. Write its PEM file under node.vaults.${vault}.ca.`,
  );
}

function sealOf(host: string, { type, initialized, sealed, threshold, shares, progress, nonce }: Sealing): Seal {
  return { host, kind: type, initialised: initialized, sealed, threshold, shares, progress, nonce };
}
