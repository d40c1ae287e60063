import type { Ledger } from '#src/ledger/port.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import type { Advance } from '#src/ledger/writes.ts';
import { sealedVault } from '../adapters/vault/sealed.ts';
import type { Chat, Message } from './chat.ts';
import type { FleetNode, FleetOptions } from './fleet.ts';
import { startFleet } from './fleet.ts';
import { ADA, BEN } from './house.ts';
import { asked, yes } from './question.ts';

/** The nodes that keep a share each, in the order in which they are asked. */
export const HOLDERS = ['alpha', 'beta', 'delta', 'gamma', 'omega'] as const;
type Holder = (typeof HOLDERS)[number];

/** A sealed Vault behind TLS, three of whose five shares open it, and a fleet of which each node keeps one; `more` says what is different on a node. */
export async function startUnsealing(
  more: Partial<Record<Holder, Partial<FleetNode> & { share?: Buffer; sameAs?: number; needed?: string[] }>> = {},
  { standby = false, ledger: own, ...options }: FleetOptions & { standby?: boolean } = {},
) {
  const hooks: Hooks = {};
  const ledger = hooked(own ?? createSqliteLedger({ file: ':memory:' }), hooks);
  const vault = await sealedVault('vault');
  const peers = standby ? [(await vault.standby()).url] : [];
  const nodes = HOLDERS.map((name, i) => {
    const { sameAs = i, share = vault.share(sameAs), needed: dependants = [], ...node } = more[name] ?? {};
    const shares = [{ vault: 'main', label: `safe ${i + 1}`, bytes: share }];
    const vaults = { main: { url: vault.server.url, ca: vault.ca, timeout: '2s', peers, dependants } };
    return [name, { vaults, shares, watch: { off: ['disk', 'memory', 'vault'] }, ...node }] as const;
  });
  const fleet = await startFleet(Object.fromEntries(nodes), { ...options, ledger });
  const [ada, ben] = [fleet.chat(ADA), fleet.chat(BEN)];
  return {
    ...{ vault, fleet, ada, ben, hooks },
    /** How often a share was put to the Vault. */
    given: () => vault.server.requests.filter(({ path, body }) => path === 'sys/unseal' && hasKey(body)).length,
    /** Ada asks and says yes, and Ben's copy of the question waits. */
    request: async (command = '/unseal main') => await requested(ada, ben, command),
  };
}

/** What happens around the writes that ask a node: it may throw, as when the hub dies there. */
interface Hooks {
  before?: (node: string | undefined, write: Advance) => unknown;
  after?: (node: string | undefined) => unknown;
}

function hooked(ledger: Ledger, hooks: Hooks): Ledger {
  return {
    ...ledger,
    async advance(write) {
      const node = write.orders[0]?.node;
      await hooks.before?.(node, write);
      const taken = await ledger.advance(write);
      await hooks.after?.(node);
      return taken;
    },
  };
}

async function requested(ada: Chat, ben: Chat, command: string): Promise<{ question: Message; copy: Message }> {
  const first = await asked(ada, command);
  await ada.press(yes(first));
  const question = await ada.edited(first.message_id, /Still missing: Ben/);
  const copy = await ben.until(/Still missing: Ben/);
  return { question, copy };
}

function hasKey(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'key' in body;
}
