import type { Logger } from 'pino';
import type { Catalog } from '#src/catalog.ts';
import type { NodeLedger } from '#src/ledger/port.ts';
import type { Tools } from '#src/operation/tools.ts';
import type { Keys } from '#src/wire/keys.ts';
import { Order } from '#src/wire/order.ts';
import type { Party } from '#src/wire/seal.ts';
import { open, seal } from '#src/wire/seal.ts';
import { announce } from './beacon.ts';
import type { NodeConfig } from './config.ts';
import { createExecutor } from './executor.ts';
import type { Journal } from './journal.ts';
import { createLanes } from './lanes.ts';
import { followOrders } from './orders.ts';
import { createOutbox } from './outbox.ts';
import { createPolicy } from './policy.ts';

/** How often a node announces itself; the hub calls it away after two missed. */
export const BEACON_MS = 300_000;
const STOP_MS = 5_000;

/** What one agent is made of. */
export interface AgentDeps {
  config: NodeConfig;
  release: string;
  keys: Keys;
  hub: Party;
  ledger: NodeLedger;
  journal: Journal;
  catalog: Catalog;
  tools: Tools;
  now: () => number;
  log: Logger;
}

/** The process on a node that carries out orders. */
export interface Agent {
  /** Resolves when the node is announced and what an earlier life left open is being ended. */
  start(): Promise<void>;
  /** Takes no more orders, gives running jobs a moment, and sends what was said. */
  stop(): Promise<void>;
}

/** The agent of one node; it speaks to the hub only through the ledger. */
export function createAgent(deps: AgentDeps): Agent {
  const { config, keys, hub, ledger, journal, log } = deps;
  const node = config.name;
  const own: Party = { name: node, key: keys.public };
  const sealToHub = seal(keys, node, hub);
  const policy = createPolicy(node, config.policy);
  const executor = createExecutor({ ...deps, node, policy, lanes: createLanes() });
  const outbox = createOutbox({ node, journal, ledger, seal: (message) => sealToHub('event', message), log });
  const stopping = new AbortController();
  const beacon = () =>
    announce({ ...deps, policyHash: policy.hash, seal: (message) => sealToHub('beacon', message) }, stopping.signal);
  const follow = {
    node,
    ledger,
    open: open(own, hub, 'order', Order),
    executor,
    onQuiet: () => outbox.resend(),
    log,
  };
  let timer: NodeJS.Timeout | undefined;
  let following: Promise<void> | undefined;

  return {
    async start() {
      await executor.recover();
      await beacon();
      timer = setInterval(() => void beacon(), BEACON_MS);
      void outbox.resend().catch((err: unknown) => log.warn({ err }, 'events wait for the ledger'));
      following = followOrders(follow, stopping.signal);
    },
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await following;
      await executor.settle(STOP_MS);
      await outbox.drain(STOP_MS);
      outbox.close();
    },
  };
}
