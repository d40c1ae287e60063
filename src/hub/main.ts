import { setTimeout as sleep } from 'node:timers/promises';
import type { Bot } from 'grammy';
import type { Update } from 'grammy/types';
import type { Logger } from 'pino';
import type { Catalog } from '#src/catalog.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Job } from '#src/ledger/records.ts';
import type { JoinAnswer } from '#src/wire/join.ts';
import type { Keys, PublicKey } from '#src/wire/keys.ts';
import { createRecordSeal } from '#src/wire/record.ts';
import { createAfter } from './after.ts';
import { createAsk } from './ask.ts';
import { install } from './bot.ts';
import { createCallingFleet } from './calling.ts';
import { createCancel } from './cancel.ts';
import { createAuditChain, createAuditExport } from './chain.ts';
import { createCodes } from './code.ts';
import type { HubConfig } from './config.ts';
import type { Ctx, HubDeps } from './context.ts';
import { createEntrance } from './entrance.ts';
import { HUB_COMMANDS } from './features/help.ts';
import { createFleet } from './fleet.ts';
import { createFold } from './fold.ts';
import { createHandle } from './handle.ts';
import { createHeads } from './heads.ts';
import type { Joining } from './joining.ts';
import { createJoins } from './joining.ts';
import { createHubLockdown } from './lockdown.ts';
import { createLockdownAsk } from './lockdownAsk.ts';
import { createMe } from './me.ts';
import { setMenus } from './menu.ts';
import { createOrders } from './orders.ts';
import { poll } from './poll.ts';
import { createPress } from './press.ts';
import type { Received } from './receive.ts';
import { createReceive } from './receive.ts';
import { createRegistry } from './registry.ts';
import { createRescue } from './rescue.ts';
import { createRetire } from './retire.ts';
import { createRoster } from './roster.ts';
import { createShow } from './show.ts';
import { createSilence } from './silence.ts';
import { createHearStepUp } from './stepup.ts';
import { createTell } from './tell.ts';
import { createTend } from './tend.ts';
import { createTick } from './tick.ts';
import { createTurnedAway } from './turnedAway.ts';
import { createWakeReader } from './wake.ts';
import type { WebhookKeeper, WebhookTarget } from './webhook.ts';
import { createWebhookKeeper } from './webhook.ts';

/** The hub's name on the wire. */
export const HUB = 'hub';
const TICK_MS = 60_000;

/** What a hub is made of. */
export interface HubParts {
  config: HubConfig;
  /** Who holds the leases on posts: the same name after a restart where only one hub can run on the ledger, else a fresh one for each process. */
  holder: string;
  keys: Keys;
  /** Public keys of the nodes in the configuration, by name. */
  nodes: Record<string, { key: PublicKey }>;
  catalog: Catalog;
  ledger: HubLedger;
  bot: Bot<Ctx>;
  /** How machines join; or why they cannot, in words for the chat. */
  joining?: Joining | string | undefined;
  /** Where Telegram posts updates; absent: they are polled. */
  webhook?: WebhookTarget | undefined;
  /** Nothing goes on between requests: the process has no time of its own. */
  sleeps?: boolean | undefined;
  /** ms since 1970. */
  now: () => number;
  log: Logger;
}

/** The process that owns the bot token. */
export interface Hub {
  /** Resolves when updates are being fetched, or can be taken as they are posted. */
  start(): Promise<void>;
  /** The one door for updates. */
  receive(update: Update): Promise<Received>;
  /** What a request does before it answers: brings to the chat what falls due within `withinMs`. A hub with time of its own only looks up. */
  attend(withinMs: number, signal: AbortSignal): Promise<void>;
  /** Folds and tells what there is, once. */
  round(): Promise<void>;
  /** What has to be done now and then; a hub with time of its own does it by itself. */
  tick(): Promise<void>;
  /** The node that has sealed this ring just now; undefined for a bad one. */
  ringer(token: string): Promise<string | undefined>;
  /** What a machine is told that has posted this to join; absent: none can. */
  join?: ((body: unknown) => Promise<JoinAnswer>) | undefined;
  /** The bot's username, once it is known. */
  bot(): string;
  /** Resolves when the hub ended by itself, which it only does for a reason that no retry mends (it rejects then). */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** The hub, by polling or behind a webhook; all that matters is in the ledger. */
export function createHub(parts: HubParts): Hub {
  const { config, keys, catalog, ledger, bot, now, log } = parts;
  refuseUnfit(catalog);
  const own = { name: HUB, keys };
  const orders = createOrders(own);
  const show = createShow(bot.api, config.protectContent);
  const records = createRecordSeal(keys);
  const registry = createRegistry({ ledger, seal: records, log });
  const roster = createRoster({ listed: parts.nodes, registry, log });
  const beacons = createFleet({ hub: own, roster, ledger });
  const lockdown = createHubLockdown({ keys, ledger, orders, fleet: beacons, zone: config.timezone, now, log });
  const view = () => ({
    now: now(),
    zone: config.timezone,
    cards: catalog,
    banner: lockdown.banner(),
    operators: config.operators,
  });
  const keyOf = async (node: string) => (await roster.members()).get(node)?.key;
  const chase = async (job: Pick<Job, 'id' | 'node'>): Promise<void> => {
    const key = await keyOf(job.node);
    if (key !== undefined) await ledger.send([await orders.query({ name: job.node, key }, now(), job.id)]);
  };
  const rescue = createRescue({ ledger, chase, now, log });
  const tell = createTell({ by: parts.holder, ledger, show, view, chase, keep: rescue.keep, log });
  const press = createPress({ config, ledger, orders, catalog, lockdown, roster, now });
  const stepUp = createHearStepUp({ config, ledger, press });
  const fold = createFold({ config, hub: own, roster, ledger, orders, stepUp, now, log });
  const silence = createSilence({ config, ledger, fleet: beacons, now });
  const fleet = createCallingFleet({
    ...{ fleet: beacons, now, log },
    call: async (node) => await ledger.send([await orders.query(node, now())]),
  });
  const foldAll = async (): Promise<void> => {
    await fold();
    await silence();
    await rescue.check();
  };
  const tend = createTend({
    by: parts.holder,
    nodes: () => [...roster.known().keys()],
    ledger,
    fold: foldAll,
    tell,
    now,
    log,
  });
  const common = { hub: own, registry, roster, ledger, now, log };
  const joins = createJoins({ ...common, joining: parts.joining, seal: records, api: bot.api });
  const chain = createAuditChain({ ledger, keys, now, log });
  const deps: HubDeps = {
    ...{ registry, roster, ...joins },
    retire: createRetire({
      ...common,
      listed: parts.nodes,
      users: typeof parts.joining === 'object' ? parts.joining.users : undefined,
      kick: tend.kick,
    }),
    ...{ config, catalog, ledger, view, now },
    ...{ lockdown, lockdownAsk: createLockdownAsk({ config, keys, ledger, lockdown, now }) },
    exportAudit: createAuditExport({ own, ledger, chain, now }),
    fleet,
    ask: createAsk({ config, ledger, orders, lockdown, now }),
    cancel: createCancel({ ledger, orders, fleet, catalog, now }),
    after: createAfter({ ledger, orders, fleet, catalog, now }),
    handle: createHandle({ ledger, now }),
    press,
    codes: createCodes({ config, ledger, orders, fleet, catalog, roster, press, now }),
    kick: tend.kick,
  };
  const turned = createTurnedAway({ ledger, now });
  const enter = createEntrance({ config, now, log, turned: turned.count });
  install(bot, deps, enter, log);
  const me = createMe({ bot, chats: config.chats, ledger, log });
  const keeper = parts.webhook && createWebhookKeeper({ ...parts, target: parts.webhook, api: bot.api });
  const menus = () => setMenus({ api: bot.api, config, catalog, ledger, bot: bot.botInfo.id, log });
  const tellHeads = createHeads({ config, ledger, chain, fleet: beacons, api: bot.api, now, log });
  const tick = createTick({
    ledger,
    me,
    keeper,
    setMenus: menus,
    tellHeads,
    chain,
    countTurnedAway: turned.write,
    lockdown,
    keepUsers: joins.keepUsers,
    now,
    log,
  });
  const receive = createReceive({ bot, enter, ready: me.ready, log });
  const stopping = new AbortController();
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  const begun: Promise<void>[] = [];

  const startPolling = async (): Promise<void> => {
    // Unlike a bare getMe it waits for a Telegram that is away.
    await bot.init();
    if ((await bot.api.getWebhookInfo()).url) await bot.api.deleteWebhook();
    await menus();
    begun.push(poll({ api: bot.api, receive, log }, stopping.signal));
  };
  const startListening = async (mine: WebhookKeeper): Promise<void> => {
    try {
      await Promise.all([
        me.ready(),
        roster.members(),
        mine.isKnown().then(async (known) => known || (await mine.assert())),
      ]);
    } catch (err) {
      // Without ledger or Telegram it still has to answer: Telegram delivers again, and the tick mends the rest.
      log.error({ err }, 'started without knowing all');
    }
  };

  return {
    ...{ receive, round: tend.round, ended },
    join: joins.enrolment?.answer,
    ringer: createWakeReader({ hub: own, roster, now }),
    attend: parts.sleeps ? tend.attend : async () => tend.kick(),
    tick,
    bot: () => bot.botInfo.username,
    async start() {
      await (keeper ? startListening(keeper) : startPolling());
      if (!parts.sleeps) begun.push(tend.run(stopping.signal), everyMinute(tick, stopping.signal));
      if (begun.length > 0) Promise.all(begun).then(() => resolve(), reject);
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled(begun);
      await tend.round().catch((err: unknown) => log.warn({ err }, 'last round failed'));
    },
  };
}

/** The clock of a hub that has time of its own. */
async function everyMinute(tick: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await tick();
    await sleep(TICK_MS, undefined, { signal }).catch(() => {});
  }
}

/** Throws when the catalog holds what this hub cannot ask for rightly. */
function refuseUnfit(catalog: Catalog): void {
  for (const { name } of HUB_COMMANDS) {
    if (catalog.has(name)) throw new Error(`handlers/${name}.ts: /${name} is a command of the hub`);
  }
}
