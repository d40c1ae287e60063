import type { HubLedger } from '#src/ledger/port.ts';
import type { Environment } from '#src/wire/beacon.ts';
import { Beacon } from '#src/wire/beacon.ts';
import type { Head } from '#src/wire/chain.ts';
import type { PublicKey } from '#src/wire/keys.ts';
import type { Self } from '#src/wire/seal.ts';
import { open } from '#src/wire/seal.ts';

/** A node is called away after this many ms without a beacon: two missed of one every 300 s, and a minute's grace. */
export const AWAY_MS = 660_000;

/** One node as the hub knows it. Without a beacon nothing but its name and key are known. */
export interface Node {
  name: string;
  key: PublicKey;
  /** A node whose environment is unknown is treated as prod. */
  environment: Environment;
  labels: Record<string, string>;
  /** Its workloads. */
  targets: readonly string[];
  /** What else is declared there, by kind. */
  inventory: NonNullable<Beacon['inventory']>;
  operations: Record<string, number>;
  release: string | undefined;
  /** It says that it holds the seeds of authenticators. */
  approver: boolean;
  /** The hash of the policy that it announced. */
  policy: string | undefined;
  /** The lockdown that it is under, and the one that was lifted there last. */
  lockdown?: string | undefined;
  lifted?: string | undefined;
  /** Where its own audit stands. */
  audit?: Head | undefined;
  /** ms since 1970 of its last beacon. */
  heardAt: number | undefined;
  /** For how long it has been away, in ms; undefined: it is there; Infinity: never heard of. */
  awayMs: number | undefined;
}

/** The nodes on the list with what their beacons say, by name. */
export interface Fleet {
  nodes(now: number): Promise<Node[]>;
}

/** Reads the fleet from the ledger; a beacon that its node did not seal is as good as none. */
export function createFleet(deps: { hub: Self; nodes: Record<string, { key: PublicKey }>; ledger: HubLedger }): Fleet {
  const { hub, nodes, ledger } = deps;
  const opened = new Map<string, { token: string; beacon: Beacon | undefined }>();
  const openers = new Map(
    Object.entries(nodes).map(([name, { key }]) => [name, open(hub, { name, key }, 'beacon', Beacon)] as const),
  );

  const beaconOf = async (name: string, token: string | undefined): Promise<Beacon | undefined> => {
    if (token === undefined) return undefined;
    const known = opened.get(name);
    if (known?.token === token) return known.beacon;
    const beacon = await openers
      .get(name)?.(token)
      .then(
        ({ body }) => body,
        () => undefined,
      );
    opened.set(name, { token, beacon });
    return beacon;
  };

  return {
    async nodes(now) {
      const tokens = new Map((await ledger.beacons(Object.keys(nodes))).map(({ node, token }) => [node, token]));
      return await Promise.all(
        Object.entries(nodes).map(async ([name, { key }]) =>
          nodeOf(name, key, await beaconOf(name, tokens.get(name)), now),
        ),
      );
    },
  };
}

function nodeOf(name: string, key: PublicKey, beacon: Beacon | undefined, now: number): Node {
  const silent = beacon ? now - beacon.at : Number.POSITIVE_INFINITY;
  return {
    name,
    key,
    environment: beacon?.environment ?? 'prod',
    labels: beacon?.labels ?? {},
    targets: beacon?.targets ?? [],
    inventory: beacon?.inventory ?? {},
    operations: beacon?.operations ?? {},
    release: beacon?.release,
    approver: beacon?.approver ?? false,
    policy: beacon?.policy,
    lockdown: beacon?.lockdown,
    lifted: beacon?.lifted,
    audit: beacon?.audit,
    heardAt: beacon?.at,
    awayMs: silent > AWAY_MS ? silent : undefined,
  };
}
