import { z } from 'zod';
import type { HubLedger } from '#src/ledger/port.ts';
import type { PublicKey } from '#src/wire/keys.ts';
import { Epoch, PublicKeySchema } from '#src/wire/keys.ts';
import type { Shelf, ShelfDeps } from './shelf.ts';
import { createShelf } from './shelf.ts';

const who = z.strictObject({ id: z.number().int(), name: z.string() });
const time = z.number().int();

/** What the hub keeps about one node, beside what its own file says: how it came in, labels, and whether it may be used. */
export const NodeRecord = z.strictObject({
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  state: z.enum(['active', 'drained', 'retired']),
  /** Who last changed the state, and when. */
  changed: z.strictObject({ by: who, at: time }).optional(),
  /** Absent for a node that stands in the hub's file. `environment` is what was typed for it, which the node may not keep to. */
  enrolled: z
    .strictObject({
      key: PublicKeySchema,
      epoch: Epoch,
      environment: z.enum(['prod', 'stage', 'dev']).optional(),
      by: who,
      at: time,
    })
    .optional(),
});
export type NodeRecord = z.infer<typeof NodeRecord>;

const RetiredKey = z.strictObject({ key: PublicKeySchema, node: z.string(), by: who, at: time });

/** The nodes that were let in, and the keys that never will be again. Kept in the ledger, sealed by the hub; what the ledger loses under a hub that lives, that one puts back. */
export interface Registry {
  nodes: Shelf<NodeRecord>;
  /** All that is kept, in one round trip. */
  read(): Promise<Listing>;
  /** Refuses a key from now on, for ever. */
  refuse(key: PublicKey, node: string, by: { id: number; name: string }, at: number): Promise<void>;
}

/** What the registry holds. */
export interface Listing {
  nodes: ReadonlyMap<string, NodeRecord>;
  isRetired(key: PublicKey): boolean;
}

/** An empty registry. */
export const NOTHING: Listing = { nodes: new Map(), isRetired: () => false };

/** The registry of one hub. */
export function createRegistry(deps: ShelfDeps & { ledger: HubLedger }): Registry {
  const nodes = createShelf(deps, 'nodes', NodeRecord, { lasting: true });
  const retired = createShelf(deps, 'retired', RetiredKey, { lasting: true });
  return {
    nodes,
    async read() {
      const [records, keys] = await Promise.all([nodes.all(), retired.all()]);
      // Each half for itself: a retired half does not come back beside a fresh one.
      const halves = new Set([...keys.values()].flatMap(({ key }) => halvesOf(key)));
      return { nodes: records, isRetired: (key) => halvesOf(key).some((half) => halves.has(half)) };
    },
    async refuse(key, node, by, at) {
      await retired.change(key, (before) => before ?? { key, node, by, at });
    },
  };
}

function halvesOf(key: PublicKey): string[] {
  return key.split('.').slice(1);
}
