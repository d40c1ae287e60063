import type { Bot } from 'grammy';
import type { Update } from 'grammy/types';
import type { Logger } from 'pino';
import type { Catalog } from '#src/catalog.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Job } from '#src/ledger/records.ts';
import type { Keys, PublicKey } from '#src/wire/keys.ts';
import { createAsk } from './ask.ts';
import { install } from './bot.ts';
import type { HubConfig } from './config.ts';
import type { Ctx, HubDeps } from './context.ts';
import { HUB_COMMANDS } from './features/help.ts';
import { createFleet } from './fleet.ts';
import { createFold } from './fold.ts';
import { setMenus } from './menu.ts';
import { createOrders } from './orders.ts';
import { poll } from './poll.ts';
import { createPress } from './press.ts';
import type { Received } from './receive.ts';
import { createReceive } from './receive.ts';
import { createShow } from './show.ts';
import { createTell } from './tell.ts';
import { createTend } from './tend.ts';

/** The hub's name on the wire. */
export const HUB = 'hub';

/** What a hub is made of. */
export interface HubParts {
  config: HubConfig;
  /** Who holds the leases on posts: the same name after a restart where only one hub can run on the ledger, else a fresh one for each process. */
  holder: string;
  keys: Keys;
  /** Public keys of the nodes by name. */
  nodes: Record<string, { key: PublicKey }>;
  catalog: Catalog;
  ledger: HubLedger;
  bot: Bot<Ctx>;
  /** ms since 1970. */
  now: () => number;
  log: Logger;
}

/** The process that owns the bot token. */
export interface Hub {
  /** Resolves when the bot is known to Telegram, its menus are set, and updates are being fetched. */
  start(): Promise<void>;
  receive(update: Update): Promise<Received>;
  /** Resolves when polling ended by itself, which it only does for a reason that no retry mends (it rejects then). */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** The hub, polling for updates; all that matters is in the ledger. */
export function createHub(parts: HubParts): Hub {
  const { config, keys, nodes, catalog, ledger, bot, now, log } = parts;
  refuseUnfit(catalog);
  const own = { name: HUB, key: keys.public };
  const orders = createOrders({ name: HUB, keys });
  const view = () => ({ now: now(), zone: config.timezone, cards: catalog });
  const show = createShow(bot.api, config.protectContent);
  const chase = async (job: Job): Promise<void> => {
    const key = nodes[job.node]?.key;
    if (key !== undefined) await ledger.send([await orders.query({ name: job.node, key }, now(), job.id)]);
  };
  const tell = createTell({ by: parts.holder, ledger, show, view, chase, log });
  const fold = createFold({ hub: own, nodes, ledger, orders, now, log });
  const tend = createTend({ by: parts.holder, nodes: Object.keys(nodes), ledger, fold, tell, now, log });
  const deps: HubDeps = {
    ...{ config, catalog, ledger, view, now },
    fleet: createFleet({ hub: own, nodes, ledger }),
    ask: createAsk({ ledger, orders, now }),
    press: createPress({ ledger, orders, catalog, keyOf: (node) => nodes[node]?.key, now }),
    kick: tend.kick,
  };
  install(bot, deps, log);
  const receive = createReceive(bot, log);
  const stopping = new AbortController();
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();

  return {
    receive,
    ended,
    async start() {
      await bot.init();
      await bot.api.deleteWebhook();
      await setMenus({ api: bot.api, config, catalog, ledger, bot: bot.botInfo.id, log });
      const loops = [tend.run(stopping.signal), poll({ api: bot.api, receive, log }, stopping.signal)];
      Promise.all(loops).then(() => resolve(), reject);
    },
    async stop() {
      stopping.abort();
      await ended.catch(() => {});
      await tend.round().catch((err: unknown) => log.warn({ err }, 'last round failed'));
    },
  };
}

/** Throws when the catalog holds what this hub cannot ask for rightly. */
function refuseUnfit(catalog: Catalog): void {
  for (const { name, risk } of catalog.values()) {
    if (risk === 'destructive' || risk === 'critical')
      throw new Error(`handlers/${name}.ts: there is no way yet to ask for what is ${risk}`);
  }
  for (const { name } of HUB_COMMANDS) {
    if (catalog.has(name)) throw new Error(`handlers/${name}.ts: /${name} is a command of the hub`);
  }
}
