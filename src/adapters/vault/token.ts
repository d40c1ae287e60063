import { readPrivate } from '#src/kit/privateFile.ts';
import { Problem } from '#src/kit/problem.ts';
import { Secret } from '#src/kit/secret.ts';
import type { VaultToken } from '#src/operation/tools.ts';
import type { VaultClient } from './client.ts';
import type { VaultSpec } from './spec.ts';

/** The token with which this node speaks to a Vault. Throws Problem `vault-token`. */
export async function readToken(vault: string, { tokenFile }: Pick<VaultSpec, 'tokenFile'>): Promise<Secret> {
  if (tokenFile === undefined)
    throw new Problem('vault-token', `This node has no token for Vault ${vault}. Name its file under tokenFile there.`);
  const text = (await readPrivate(tokenFile, 'vault-token'))?.trim();
  if (!text)
    throw new Problem('vault-token', `${tokenFile} is not there, or empty. Put the token for ${vault} into it.`);
  if (!/^[\x21-\x7e]{1,4096}$/.test(text))
    throw new Problem('vault-token', `${tokenFile} holds more than a token. Put nothing else into it.`);
  return new Secret(text);
}

/** What Vault said of a token, for people; one without an end has neither ttl nor expiry. */
export function tokenOf(
  found: Awaited<ReturnType<VaultClient['lookup']>>,
  { tokenWarn }: Pick<VaultSpec, 'tokenWarn'>,
): VaultToken {
  const { displayName, policies, renewable, ttlS, expiresAt } = found;
  const ttlMs = expiresAt === undefined ? undefined : ttlS * 1000;
  return { name: displayName, policies, renewable, ttlMs, expiresAt, warnMs: tokenWarn };
}
