import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShareStore } from '#src/agent/shares/store.ts';
import { createShareStore, sharesFile } from '#src/agent/shares/store.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { loadKeys } from '#src/wire/keys.ts';
import { doubled } from '../../adapters/vault/doubled.ts';
import type { Fleet } from '../../fixtures/fleet.ts';
import { launchFleet } from '../../fixtures/fleet.ts';
import { selfSigned } from '../../vault/certificate.ts';
import type { Monitor, Place } from '../canaries/places.ts';
import { monitor } from '../canaries/places.ts';
import { Member } from './member.ts';
import type { Holder } from './plan.ts';
import { HOLDERS } from './plan.ts';
import { RESTART } from './vaultSaw.ts';

const STAND = new URL('../fleet/stand.ts', import.meta.url).href;
/** The compiled sources of one life help the next to start. */
const CACHE = join(tmpdir(), 'nightguard-fault-cache');
const WATCHES = ['disk', 'memory', 'workload', 'endpoint', 'vault', 'backup'];

/** Five nodes that keep a share each, a hub, a Redis with its AOF always, and a Vault behind TLS that three shares open. All but the Vault are processes of their own. */
export interface Lab {
  fleet: Fleet;
  vault: Awaited<ReturnType<typeof doubled>>;
  hub: Member;
  agents: Record<Holder, Member>;
  /** All processes by name. */
  members: [name: string, member: Member][];
  stores: Record<Holder, ShareStore>;
  heard: Monitor;
  /** What was seen on the way: arguments and environments. */
  seen: Place[];
  trials: number;
  /** The Vault is sealed, and whatever was given to it is gone. */
  seal(): void;
  /** Somebody gives a share by hand. */
  giveByHand(share: number): Promise<void>;
  allUp(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a lab with everything up. */
export async function openLab(): Promise<Lab> {
  const tls = await selfSigned();
  const vault = await doubled('openbao', { tls });
  const fleet = await launchFleet({ nodes: [...HOLDERS] });
  const heard = await monitor(fleet.redis.port);
  const close = async () => {
    heard.close();
    await fleet.close();
    await vault.close();
  };
  try {
    const ca = join(fleet.folder, 'vault.pem');
    await writeFile(ca, tls.cert);
    const stores = Object.fromEntries(
      await Promise.all(HOLDERS.map(async (node, i) => [node, await layOut(fleet, node, vault, i, ca)] as const)),
    ) as Lab['stores'];
    const env = { NODE_OPTIONS: `--import=${STAND}`, NODE_COMPILE_CACHE: CACHE };
    const { folder } = fleet;
    const hub = new Member({
      ...{ folder, name: 'hub', begin: (more) => fleet.hub({ ...env, ...more }) },
      buried: (life) => fleet.forget(life),
    });
    const agents = Object.fromEntries(
      HOLDERS.map((name) => [
        name,
        new Member({ folder, name, begin: (more) => fleet.agent(name, { ...env, ...more }) }),
      ]),
    ) as Lab['agents'];
    const members: Lab['members'] = [['hub', hub], ...Object.entries(agents)];
    const up = async (some: Lab['members']) => {
      const areUp = () => {
        for (const [, member] of some) member.keepAlive();
        return some.every(([, member]) => member.isUp()) || undefined;
      };
      await waitUntil(areUp, { withinMs: 120_000, everyMs: 30, what: some.map(([name]) => name).join(', ') });
    };
    const allUp = async () => await up(members);
    // One after the other: six at once would be late on a small machine.
    for (const member of members) await up([member]);
    await fleet.until(
      'the beacons',
      async () => (await fleet.ledger.beacons([...HOLDERS])).length === HOLDERS.length,
      60_000,
    );
    return {
      ...{ fleet, vault, hub, agents, members, stores, heard, seen: [], trials: 0, allUp, close },
      seal() {
        vault.server.restart();
        vault.server.requests.push(RESTART);
      },
      async giveByHand(share) {
        const key = vault.shares[share]?.toString('hex');
        // Not as the product does it, so that it can be told apart.
        await fetchOver(vault.server.url, tls.cert, JSON.stringify({ key }));
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function layOut(fleet: Fleet, node: Holder, vault: Lab['vault'], share: number, ca: string): Promise<ShareStore> {
  const state = join(fleet.folder, node);
  const file = join(state, 'nightguard.yaml');
  const config = JSON.parse(await readFile(file, 'utf8'));
  const vaults = { main: { url: vault.server.url, ca, timeout: '3s' } };
  const own = { ...config.node, workloads: {}, vaults, watch: { off: WATCHES } };
  await writeFile(file, JSON.stringify({ ...config, node: own }), { mode: 0o600 });
  const store = createShareStore(sharesFile(state), await loadKeys(join(state, 'keys', 'node.json')));
  await store.add({ vault: 'main', label: undefined, bytes: Buffer.from(vault.shares[share] ?? ''), at: 0 });
  return store;
}

async function fetchOver(url: string, ca: string, body: string): Promise<void> {
  const { request } = await import('node:https');
  await new Promise<void>((resolve, reject) => {
    const sent = request(`${url}/v1/sys/unseal`, { method: 'POST', ca, agent: false }, (answer) => {
      answer.resume();
      answer.on('end', resolve);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
