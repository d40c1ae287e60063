import { serverFact, vaultTrouble } from '#src/knowledge/vaults.ts';
import type { VaultLook, Vaults } from '#src/operation/tools.ts';
import type { Reading, Watch } from './watch.ts';

/** Vaults that are sealed, away or without a leader (rows V1 and P2), with what cannot do without them. */
export function watchVaults(vaults: Vaults): Watch {
  return { name: 'vault', look: async (signal) => (await vaults.look(signal)).map(readingOf) };
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
      buttons: [{ label: 'Vault', operation: 'vault', input: {} }],
    },
  };
}
