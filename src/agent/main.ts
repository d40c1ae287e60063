import type { Logger } from 'pino';
import type { Errands } from '#src/adapters/errand/errands.ts';
import type { Catalog } from '#src/catalog.ts';
import type { NodeLedger } from '#src/ledger/port.ts';
import type { Tools } from '#src/operation/tools.ts';
import { createCursorReader } from '#src/wire/cursor.ts';
import { neverBack } from '#src/wire/epoch.ts';
import type { Keys } from '#src/wire/keys.ts';
import { Order } from '#src/wire/order.ts';
import type { Party, Self } from '#src/wire/seal.ts';
import { open, seal } from '#src/wire/seal.ts';
import { createApprover } from './approver.ts';
import { createAway } from './away.ts';
import type { BeaconDeps } from './beacon.ts';
import { announce, keepAnnounced } from './beacon.ts';
import type { NodeConfig } from './config.ts';
import { createDoorbell } from './doorbell.ts';
import { pastInDoubt, takeStock } from './history.ts';
import { journalFails } from './journal/file.ts';
import { POLICY_KEY } from './journal/speech.ts';
import type { Journal } from './journal.ts';
import { createLanes } from './lanes.ts';
import { createLockdown } from './lockdown.ts';
import type { FollowDeps } from './orders.ts';
import { followOrders, hearStops } from './orders.ts';
import { createOutbox } from './outbox.ts';
import { openPolicy } from './policy/open.ts';
import { createStepUps } from './policy/stepups.ts';
import { createSchedule } from './schedule/schedule.ts';
import { announcedShares } from './shares/announced.ts';
import type { ShareStore } from './shares/store.ts';
import { watchSiblings } from './siblings.ts';
import { createStandby } from './standby.ts';
import { keepUp, UPKEEP_MS } from './upkeep.ts';
import { watchesOf } from './watch/all.ts';
import { watchJournal } from './watch/journal.ts';
import { rememberStops } from './watch/stops.ts';
import { createWatchman } from './watch/watchman.ts';
import type { Excuse } from './watch/workloads.ts';

/** How often a node announces itself; the hub calls it away after two missed. */
export const BEACON_MS = 300_000;
const STOP_MS = 5_000;
const LAST_RING_MS = 2_000;
const HUB_EPOCH = 'epoch hub';

/** What one agent is made of. */
export interface AgentDeps {
  config: NodeConfig;
  release: string;
  keys: Keys;
  hub: Party;
  /** Where a hub that may sleep can be rung; undefined: it never sleeps. */
  hubUrl?: string | undefined;
  ledger: NodeLedger;
  journal: Journal;
  /** Files whose being there means that nothing may be changed. */
  lockdownFiles?: readonly string[] | undefined;
  /** The file with the seeds of authenticators; undefined: it is no approver. */
  seeds?: string | undefined;
  /** The shares of Vaults that it keeps; absent: none. */
  shares?: Pick<ShareStore, 'list'> | undefined;
  catalog: Catalog;
  tools: Tools;
  /** What those tools run their commands by that change something. */
  errands?: Errands | undefined;
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
  const own: Self = { name: node, keys };
  const sealToHub = seal(own, hub);
  const unlessItFails = (act: () => void): void => {
    try {
      act();
    } catch (err) {
      if (!journalFails(err)) throw err;
      log.error({ err }, 'nothing can be remembered');
    }
  };
  const policy = openPolicy({
    ...{ config, log },
    onChange: ({ hash }) => unlessItFails(() => journal.remember(POLICY_KEY, hash)),
  });
  const stepUps = createStepUps({ own: { name: node, key: keys.public }, policy, now: deps.now, log });
  const approver = createApprover({ ...deps, own });
  const lanes = createLanes(() => watchman.hurry());
  const workloads = rememberStops(deps.tools.workloads, journal);
  const tools = { ...deps.tools, workloads };
  const lockdown = createLockdown({ ...deps, node, files: deps.lockdownFiles ?? [] });
  const locked = lockdown.refusal;
  const schedule = createSchedule({
    ...{ ...deps, node, lanes, spec: config.backup, backups: tools.backups },
    hindrance: () => locked() ?? pastInDoubt(journal.history(), deps.now(), node),
  });
  const excuse: Excuse = (name) => (lanes.holder(name) ? 'busy' : workloads.isStopped(name) ? 'stopped' : undefined);
  const watches = [
    ...watchesOf(config, tools, excuse, { now: deps.now, awakeMs: schedule.awakeMs }),
    watchJournal(node, journal, deps.now),
  ];
  const watchman = createWatchman({ ...deps, watches, everyMs: config.watch.every });
  const away = createAway(log);
  const doorbell = createDoorbell({ ...deps, seal: (message) => sealToHub('wake', message) });
  const readCursor = createCursorReader(hub);
  const heard = async () => {
    const token = await ledger.cursor(node);
    return token === undefined ? undefined : await readCursor(node, token);
  };
  const outboxOf = (of: Journal) =>
    createOutbox({
      ...{ node, journal: of, ledger, heard, away, seal: (message) => sealToHub('event', message) },
      onSent: doorbell.ring,
    });
  const outbox = outboxOf(journal);
  const executor = createStandby({
    ...{ ...deps, tools, node, policy, lanes, stepUps, locked, outboxOf },
    makeWay: schedule.makeWay,
  });
  const stock = () => takeStock({ heard, journal, log });
  const stopping = new AbortController();
  const beaconDeps: BeaconDeps = {
    ...{ ...deps, away, policyHash: () => policy.hash, isApprover: () => approver.hasSeeds() },
    shares: () => announcedShares(deps),
    state: () => ({ audit: journal.audit.head(), ...lockdown.announced() }),
    seal: (message) => sealToHub('beacon', message),
  };
  const follow: FollowDeps = {
    node,
    ledger,
    open: neverBack(hub, open(own, hub, 'order', Order), {
      recall: async () => journal.recall(HUB_EPOCH),
      remember: async (newest) => journal.remember(HUB_EPOCH, newest),
    }),
    ...{ executor, approver },
    onConnect: stock,
    onQuiet: () => outbox.resend(),
    onLockdown: async (order) => {
      lockdown.take(order);
      await announce(beaconDeps, stopping.signal);
    },
    onQuery: async () => {
      await announce(beaconDeps, stopping.signal);
      unlessItFails(() => watchman.restate());
      await outbox.resend();
    },
    away,
    log,
  };
  const siblings = async (signal: AbortSignal): Promise<void> => {
    if (deps.hubUrl !== undefined) await watchSiblings({ ...deps, siblings: config.siblings, doorbell, away }, signal);
  };
  // What was cancelled while this node was away is not begun; a ledger that is away keeps nothing from beginning.
  const hearFirst = async (): Promise<void> => {
    await stock();
    if (journal.open().every(({ startedAt }) => startedAt !== undefined)) return;
    await hearStops({ ...follow, onLockdown: async (order) => lockdown.take(order) }, stopping.signal);
  };
  let following: Promise<unknown> | undefined;

  return {
    async start() {
      if (journal.recall(POLICY_KEY) !== policy.hash) journal.remember(POLICY_KEY, policy.hash);
      await hearFirst().catch((err: unknown) => away.failed(err, 'the ledger cannot say what waits'));
      await schedule.recover();
      await executor.recover();
      const beacon = keepAnnounced(beaconDeps, BEACON_MS, stopping.signal);
      await beacon.announced;
      void outbox.resend().catch((err: unknown) => away.failed(err, 'events wait for the ledger'));
      const { signal } = stopping;
      const upkeep = keepUp(() => executor.mend(), UPKEEP_MS, signal);
      const watching = [watchman.run(signal), schedule.run(signal), siblings(signal)];
      following = Promise.all([beacon.ended, followOrders(follow, signal), upkeep, ...watching]);
      // It may have been missed.
      doorbell.wake();
    },
    async stop() {
      stopping.abort();
      await following;
      await executor.settle(STOP_MS);
      await outbox.drain(STOP_MS);
      outbox.close();
      await executor.close();
      await doorbell.close(LAST_RING_MS);
    },
  };
}
