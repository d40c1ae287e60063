import type { HubLedger } from '#src/ledger/port.ts';
import type { Environment } from '#src/wire/beacon.ts';
import { Beacon } from '#src/wire/beacon.ts';
import type { Head } from '#src/wire/chain.ts';
import type { PublicKey } from '#src/wire/keys.ts';
import type { Self } from '#src/wire/seal.ts';
import { open } from '#src/wire/seal.ts';
import { openersOf } from './openers.ts';
import type { Member, Members, Roster } from './roster.ts';

/** A node is called away after this many ms without a beacon: two missed of one every 300 s, and a minute's grace. */
export const AWAY_MS = 660_000;

/** One node as the hub knows it. Without a beacon nothing but its name and key are known. */
export interface Node {
  name: string;
  key: PublicKey;
  /** A node whose environment is unknown is treated as prod. */
  environment: Environment;
  /** Its own, and those that were given in the chat; its own count. */
  labels: Record<string, string>;
  /** No change is asked of it. */
  drained: boolean;
  /** It came in by /enroll. */
  enrolled: boolean;
  /** Its workloads. */
  targets: readonly string[];
  /** What else is declared there, by kind. */
  inventory: NonNullable<Beacon['inventory']>;
  /** How its backups stand. */
  backups?: Beacon['backups'];
  operations: Record<string, number>;
  release: string | undefined;
  /** It says that it holds the seeds of authenticators. */
  approver: boolean;
  /** The shares of Vaults that it says it keeps. */
  shares: NonNullable<Beacon['shares']>;
  /** The hash of the policy that it announced. */
  policy: string | undefined;
  /** It says that its agent's own user can change that policy. */
  policyOpen?: true | undefined;
  /** The lockdown that it is under, and the one that was lifted there last. */
  lockdown?: string | undefined;
  /** A file on it locks it, whatever else does. */
  lockedByFile?: boolean | undefined;
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
export function createFleet(deps: {
  hub: Self;
  roster: Roster;
  ledger: HubLedger;
  /** What else is worth asking the ledger about the nodes in the same trip. */
  learn?: ((nodes: { name: string; key: PublicKey }[]) => Promise<void>) | undefined;
}): Fleet {
  const { hub, roster, ledger, learn } = deps;
  const opened = new Map<string, { token: string; key: PublicKey; beacon: Beacon | undefined }>();
  const openerOf = openersOf((node) => open(hub, node, 'beacon', Beacon));

  const beaconOf = async (name: string, key: PublicKey, token: string | undefined): Promise<Beacon | undefined> => {
    if (token === undefined) return undefined;
    const known = opened.get(name);
    if (known?.token === token && known.key === key) return known.beacon;
    const beacon = await openerOf({ name, key })(token).then(
      ({ body }) => body,
      () => undefined,
    );
    opened.set(name, { token, key, beacon });
    return beacon;
  };
  /** Beacons of the members known so far come in the same trip as the members. */
  const read = async (): Promise<{ members: Members; tokens: Map<string, string> }> => {
    const parties = [...roster.known()].map(([name, { key }]) => ({ name, key }));
    const known = parties.map(({ name }) => name);
    const [members, first] = await Promise.all([roster.members(), ledger.beacons(known), learn?.(parties)]);
    const fresh = [...members.keys()].filter((name) => !known.includes(name));
    const more = fresh.length > 0 ? await ledger.beacons(fresh) : [];
    return { members, tokens: new Map([...first, ...more].map(({ node, token }) => [node, token])) };
  };

  return {
    async nodes(now) {
      const { members, tokens } = await read();
      return await Promise.all(
        [...members].map(async ([name, member]) =>
          nodeOf(name, member, await beaconOf(name, member.key, tokens.get(name)), now),
        ),
      );
    },
  };
}

function nodeOf(name: string, member: Member, beacon: Beacon | undefined, now: number): Node {
  const { key, drained, enrolled } = member;
  const silent = beacon ? now - beacon.at : Number.POSITIVE_INFINITY;
  return {
    ...{ name, key, drained, enrolled },
    // A node that does not say is prod, whatever was said about it in the chat.
    environment: beacon?.environment ?? 'prod',
    labels: { ...member.labels, ...beacon?.labels },
    targets: beacon?.targets ?? [],
    inventory: beacon?.inventory ?? {},
    backups: beacon?.backups,
    operations: beacon?.operations ?? {},
    release: beacon?.release,
    approver: beacon?.approver ?? false,
    shares: beacon?.shares ?? [],
    policy: beacon?.policy,
    policyOpen: beacon?.policyOpen,
    lockdown: beacon?.lockdown,
    lockedByFile: beacon?.lockdownFile,
    lifted: beacon?.lifted,
    audit: beacon?.audit,
    heardAt: beacon?.at,
    awayMs: silent > AWAY_MS ? silent : undefined,
  };
}
