import type { Logger } from 'pino';
import type { PublicKey } from '#src/wire/keys.ts';
import type { Listing, NodeRecord, Registry } from './registry.ts';
import { NOTHING } from './registry.ts';

/** For how long the registry is taken as it was read, in ms: so late another hub knows what this one has changed. */
export const FRESH_MS = 3_000;

/** A node that belongs to the fleet now. */
export interface Member {
  key: PublicKey;
  /** Labels that were given in the chat. */
  labels: Record<string, string>;
  /** No change is asked of it. */
  drained: boolean;
  /** It came in by /enroll, and does not stand in the hub's file. */
  enrolled: boolean;
}

/** The members by name. */
export type Members = ReadonlyMap<string, Member>;

/** Who belongs to the fleet: the nodes of the hub's file and those that were enrolled, without whose key was retired. */
export interface Roster {
  /** The members as they are now, give or take `FRESH_MS`. */
  members(): Promise<Members>;
  /** The same as it was last read, without asking. */
  known(): Members;
  /** Something was changed here: the next look asks the ledger. */
  changed(): void;
}

/** The live roster. A name that stands in the file is the file's: its key counts, whatever was enrolled under it. */
export function createRoster(deps: {
  listed: Record<string, { key: PublicKey }>;
  /** Absent: there is nothing but the file. */
  registry?: Pick<Registry, 'read'> | undefined;
  log?: Logger | undefined;
}): Roster {
  const { listed, registry, log } = deps;
  let members = membersOf(listed, NOTHING);
  let readAt = registry ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  let reading: Promise<Members> | undefined;
  let turn = 0;

  const read = async (mine: number): Promise<Members> => {
    const from = performance.now();
    const listing = (await registry?.read()) ?? NOTHING;
    const found = membersOf(listed, listing);
    for (const [name, { key }] of Object.entries(listed))
      if (listing.isRetired(key) && members.has(name))
        log?.warn({ node: name }, 'its key was retired: take the node out of the configuration');
    if (mine !== turn) return found;
    members = found;
    readAt = from;
    return found;
  };

  return {
    async members() {
      if (performance.now() - readAt < FRESH_MS) return members;
      const mine = turn;
      reading ??= read(mine).finally(() => {
        if (mine === turn) reading = undefined;
      });
      return await reading;
    },
    known: () => members,
    changed() {
      // A read that is on its way may have been before the change.
      turn += 1;
      reading = undefined;
      if (registry) readAt = Number.NEGATIVE_INFINITY;
    },
  };
}

function membersOf(listed: Record<string, { key: PublicKey }>, { nodes, isRetired }: Listing): Members {
  const own = Object.entries(listed).map(([name, { key }]) => [name, memberOf(key, nodes.get(name), false)] as const);
  const enrolled = [...nodes.values()].flatMap((record) =>
    record.enrolled && record.state !== 'retired' && !Object.hasOwn(listed, record.name)
      ? [[record.name, memberOf(record.enrolled.key, record, true)] as const]
      : [],
  );
  return new Map([...own, ...enrolled].filter(([, { key }]) => !isRetired(key)));
}

function memberOf(key: PublicKey, record: NodeRecord | undefined, enrolled: boolean): Member {
  return { key, enrolled, labels: record?.labels ?? {}, drained: record?.state === 'drained' };
}
