import type { Logger } from 'pino';
import type { PublicKey } from '#src/wire/keys.ts';
import type { Fleet, Node } from './fleet.ts';

/** The same node is called again after this time, in ms. */
const AGAIN_MS = 10_000;

/** The same fleet, which calls nodes of which it knows nothing: a ledger that was flushed has lost their beacons, and the next ones may be minutes away. Who asks again then finds them. */
export function createCallingFleet(deps: {
  fleet: Fleet;
  /** Asks a node for everything that the hub may have lost. */
  call: (node: { name: string; key: PublicKey }) => Promise<void>;
  now: () => number;
  log: Logger;
}): Fleet {
  const { fleet, call, now, log } = deps;
  const calledAt = new Map<string, number>();

  const callOnce = async ({ name, key, heardAt }: Node): Promise<void> => {
    if (heardAt !== undefined || now() - (calledAt.get(name) ?? 0) < AGAIN_MS) return;
    calledAt.set(name, now());
    await call({ name, key }).catch((err: unknown) => log.warn({ err, node: name }, 'node not called'));
  };

  return {
    async nodes(at) {
      const nodes = await fleet.nodes(at);
      await Promise.all(nodes.map(callOnce));
      return nodes;
    },
  };
}
