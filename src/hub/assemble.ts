import type { Bot } from 'grammy';
import type { Logger } from 'pino';
import type { Catalog } from '#src/catalog.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Job } from '#src/ledger/records.ts';
import type { Keys, PublicKey } from '#src/wire/keys.ts';
import { createRecordSeal } from '#src/wire/record.ts';
import { createHandle } from './alerts/handle.ts';
import { createSilence } from './alerts/silence.ts';
import { createAuditChain, createAuditExport } from './audit/chain.ts';
import { createHeads } from './audit/heads.ts';
import { install } from './bot.ts';
import { createAdvance } from './campaigns/advance.ts';
import { createCampaignAsk } from './campaigns/ask.ts';
import { createOrderChild } from './campaigns/order.ts';
import type { HubConfig } from './config.ts';
import type { Ctx, HubDeps } from './context.ts';
import { HUB_COMMANDS } from './features/help.ts';
import { createHubLockdown } from './lockdown/lockdown.ts';
import { createLockdownAsk } from './lockdown/lockdownAsk.ts';
import { createCallingFleet } from './nodes/calling.ts';
import { createExportNodes } from './nodes/export.ts';
import { createFleet } from './nodes/fleet.ts';
import type { Joining } from './nodes/joining.ts';
import { createJoins } from './nodes/joining.ts';
import { createRegistry } from './nodes/registry.ts';
import { createRetire } from './nodes/retire.ts';
import { createRoster } from './nodes/roster.ts';
import { createOrders } from './orders.ts';
import { createFold } from './posts/fold.ts';
import { createRescue } from './posts/rescue.ts';
import { createTell } from './posts/tell.ts';
import { createTend } from './posts/tend.ts';
import { createAfter } from './questions/after.ts';
import { createAsk } from './questions/ask.ts';
import { createCancel } from './questions/cancel.ts';
import { createCodes } from './questions/code.ts';
import { createPress } from './questions/press.ts';
import { createHearStepUp } from './questions/stepup.ts';
import { createAdmins } from './telegram/admins.ts';
import { createMe } from './telegram/me.ts';
import { setMenus } from './telegram/menu.ts';
import { createNoWebhook } from './telegram/noWebhook.ts';
import { createShow } from './telegram/show.ts';
import type { WebhookTarget } from './telegram/webhook.ts';
import { createWebhookKeeper } from './telegram/webhook.ts';
import { createTick } from './tick.ts';
import { createEntrance } from './updates/entrance.ts';
import { createMoved } from './updates/moved.ts';
import { createReceive } from './updates/receive.ts';
import { createTurnedAway } from './updates/turnedAway.ts';

/** The hub's name on the wire. */
export const HUB = 'hub';

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

/** Builds all that a hub is made of, and joins it together; nothing runs yet. Throws when the catalog holds what it cannot ask for rightly. */
export function assemble(parts: HubParts) {
  const { config, keys, catalog, ledger, bot, now, log } = parts;
  refuseUnfit(catalog);
  const own = { name: HUB, keys };
  const orders = createOrders(own, ledger);
  const show = createShow(bot.api, config.protectContent);
  const records = createRecordSeal(keys);
  const registry = createRegistry({ ledger, seal: records, log });
  const roster = createRoster({ listed: parts.nodes, registry, log });
  const beacons = createFleet({ hub: own, roster, ledger, learn: orders.learn });
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
    advance: createAdvance({
      ...{ config, catalog, ledger, roster, lockdown, now, log },
      order: createOrderChild({ config, catalog, orders, now }),
    }),
    tell,
    now,
    log,
  });
  const admins = createAdmins({ api: bot.api, config, ledger, now, log });
  const common = { hub: own, registry, roster, ledger, now, log };
  const joins = createJoins({ ...common, joining: parts.joining, seal: records, api: bot.api, admins });
  const chain = createAuditChain({ ledger, keys, now, log });
  const users = typeof parts.joining === 'object' ? parts.joining.users : undefined;
  const deps: HubDeps = {
    ...{ registry, roster, ...joins },
    retire: createRetire({ ...common, listed: parts.nodes, users, kick: tend.kick }),
    exportNodes: createExportNodes({ keys, registry, roster, users }),
    ...{ config, catalog, ledger, view, now },
    ...{ lockdown, lockdownAsk: createLockdownAsk({ config, keys, ledger, lockdown, now }) },
    exportAudit: createAuditExport({ own, ledger, chain, now }),
    fleet,
    ask: createAsk({ config, ledger, orders, lockdown, now }),
    campaign: createCampaignAsk({ config, catalog, ledger, orders, lockdown, now }),
    cancel: createCancel({ ledger, orders, fleet, catalog, now }),
    after: createAfter({ ledger, orders, fleet, catalog, now }),
    handle: createHandle({ ledger, now }),
    press,
    codes: createCodes({ config, ledger, orders, fleet, catalog, roster, press, now }),
    kick: tend.kick,
  };
  const turned = createTurnedAway({ ledger, now });
  const enter = createEntrance({ config, now, log, turned: turned.count });
  install(bot, deps, enter, createMoved({ admins, config, ledger, log }), log);
  const me = createMe({ bot, chats: config.chats, ledger, admins, log });
  const about = { api: bot.api, admins, ledger, now, log };
  const webhook = parts.webhook && createWebhookKeeper({ ...about, target: parts.webhook });
  const noWebhook = createNoWebhook(about);
  const menus = () => setMenus({ api: bot.api, config, catalog, ledger, bot: bot.botInfo.id, log });
  const tellHeads = createHeads({ config, ledger, chain, fleet: beacons, api: bot.api, now, log });
  const tick = createTick({
    ledger,
    me,
    keeper: webhook ?? noWebhook,
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
  return { own, roster, joins, tend, me, webhook, noWebhook, menus, tick, receive };
}

/** Throws when the catalog holds what this hub cannot ask for rightly. */
function refuseUnfit(catalog: Catalog): void {
  for (const { name } of HUB_COMMANDS) {
    if (catalog.has(name)) throw new Error(`handlers/${name}.ts: /${name} is a command of the hub`);
  }
}
