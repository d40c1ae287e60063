import { isEnding, serverFact, tokenFacts, unsealButtons, vaultTrouble } from '#src/knowledge/vaults.ts';
import type { ReplyButton } from '#src/operation/reply.ts';
import type { Tools, VaultLook, VaultToken } from '#src/operation/tools.ts';
import type { Reading, Watch } from './watch.ts';
import type { Excuse } from './workloads.ts';

/** Vaults that are sealed, away or without a leader (rows V1 and P2), with what cannot do without them and did not come back with them; and tokens that end soon (row V3). */
export function watchVaults({ vaults, workloads }: Pick<Tools, 'vaults' | 'workloads'>, excuse: Excuse): Watch {
  return {
    name: 'vault',
    async look(signal) {
      const [looks, tokens] = await Promise.all([vaults.look(signal), vaults.tokens(signal)]);
      const needed = looks.some((look) => vaultTrouble(look) === undefined && look.dependants.length > 0);
      const failed = needed ? await failedOnes({ workloads }, excuse, signal) : [];
      return [...looks.map((look) => readingOf(look, failed)), ...tokens.map(tokenReading)];
    },
  };
}

function readingOf(look: VaultLook, failed: readonly ReplyButton[]): Reading {
  const { name, servers, dependants } = look;
  const title = vaultTrouble(look);
  const [fingerprint, well] = [`vault ${name}`, `${name} is open`];
  const after = failed.filter(({ input }) => dependants.includes(String(input['target'])));
  if (title === undefined) return { fingerprint, well, trouble: undefined, after };
  const needed = dependants.length === 0 ? [] : [{ label: 'Needed by', value: dependants.join(', ').slice(0, 400) }];
  const buttons = [...unsealButtons(look), { label: 'Vault', operation: 'vault', input: {} }];
  return {
    ...{ fingerprint, well },
    // It says so itself, and does not open by itself again.
    certain: servers.some(({ state }) => state === 'sealed') || undefined,
    trouble: { tone: 'bad', title, facts: [...servers.map(serverFact), ...needed], buttons },
  };
}

/** What starts again the workloads that do not run as they should; those that somebody works on or stopped are left alone. */
async function failedOnes(
  { workloads }: Pick<Tools, 'workloads'>,
  excuse: Excuse,
  signal: AbortSignal,
): Promise<ReplyButton[]> {
  const all = await workloads.list(signal).catch(() => []);
  return all.flatMap(({ name, state, healthy }): ReplyButton[] => {
    const input = { target: name };
    if (excuse(name) !== undefined) return [];
    if (state === 'stopped') return [{ label: `Start ${name}`.slice(0, 40), operation: 'start', input }];
    const isFailed = state === 'failed' || (state === 'running' && healthy === false);
    return isFailed ? [{ label: `Restart ${name}`.slice(0, 40), operation: 'restart', input }] : [];
  });
}

function tokenReading({ vault, token }: { vault: string; token: VaultToken }): Reading {
  const well = `the token for ${vault} holds`;
  const fingerprint = `vault token ${vault}`;
  if (!isEnding(token)) return { fingerprint, well, trouble: undefined };
  const button = token.renewable
    ? { label: 'Renew it', operation: 'vault_renew', input: { vault } }
    : { label: 'Token', operation: 'vault_token', input: { vault } };
  return {
    fingerprint,
    well,
    trouble: { tone: 'warn', title: `the token for ${vault} ends soon`, facts: tokenFacts(token), buttons: [button] },
  };
}
