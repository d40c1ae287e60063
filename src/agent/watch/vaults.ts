import { isEnding, serverFact, tokenFacts, unsealButtons, vaultTrouble } from '#src/knowledge/vaults.ts';
import type { VaultLook, Vaults, VaultToken } from '#src/operation/tools.ts';
import type { Reading, Watch } from './watch.ts';

/** Vaults that are sealed, away or without a leader (rows V1 and P2), with what cannot do without them; and tokens that end soon (row V3). */
export function watchVaults(vaults: Vaults): Watch {
  return {
    name: 'vault',
    async look(signal) {
      const [looks, tokens] = await Promise.all([vaults.look(signal), vaults.tokens(signal)]);
      return [...looks.map(readingOf), ...tokens.map(tokenReading)];
    },
  };
}

function readingOf(look: VaultLook): Reading {
  const { name, servers, dependants } = look;
  const title = vaultTrouble(look);
  const well = `${name} is open`;
  if (title === undefined) return { fingerprint: `vault ${name}`, well, trouble: undefined };
  const needed = dependants.length === 0 ? [] : [{ label: 'Needed by', value: dependants.join(', ').slice(0, 400) }];
  return {
    fingerprint: `vault ${name}`,
    well,
    trouble: {
      tone: 'bad',
      title,
      facts: [...servers.map(serverFact), ...needed],
      buttons: [...unsealButtons(look), { label: 'Vault', operation: 'vault', input: {} }],
    },
  };
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
