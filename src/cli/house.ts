import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bot } from 'grammy';
import type { Logger } from 'pino';
import type { Journal } from '#src/agent/journal.ts';
import { createJournal } from '#src/agent/journal.ts';
import { createAgent } from '#src/agent/main.ts';
import { createToolbox } from '#src/agent/toolbox.ts';
import { loadCatalog } from '#src/catalog.ts';
import type { Telegram } from '#src/hub/bot.ts';
import { createBot } from '#src/hub/bot.ts';
import type { Ctx } from '#src/hub/context.ts';
import { createHub, HUB } from '#src/hub/main.ts';
import type { Ledger } from '#src/ledger/port.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import type { Tools } from '#src/operation/tools.ts';
import { loadKeys } from '#src/wire/keys.ts';
import type { FileConfig } from './config.ts';
import { release } from './release.ts';

/** Hub, ledger and agent in one process; hub and agent still speak only through the ledger. */
export interface House {
  start(): Promise<void>;
  /** Rejects when the hub gives up for good. */
  ended: Promise<void>;
  /** The bot's username, once started. */
  bot(): string;
  stop(): Promise<void>;
}

/** A stand between the parts of a house and what they act on; the fault tests kill the process there. */
export interface Between {
  ledger(ledger: Ledger): Ledger;
  journal(journal: Journal): Journal;
  tools(tools: Tools): Tools;
  bot(bot: Bot<Ctx>): void;
}

/** What a house is built of. */
export interface HouseDeps {
  config: FileConfig;
  state: string;
  telegram: Telegram;
  log: Logger;
  between?: Between | undefined;
}

/** Builds the house of one machine in its state folder; nothing runs yet. */
export async function createHouse({ config, state, telegram, log, between }: HouseDeps): Promise<House> {
  const catalog = await loadCatalog();
  const hubKeys = await loadKeys(join(state, 'keys', 'hub.json'));
  const nodeKeys = await loadKeys(join(state, 'keys', 'node.json'));
  const now = () => Date.now();
  const stores = {
    ledger: createSqliteLedger({ file: join(state, 'ledger.db') }),
    journal: createJournal({ file: join(state, 'journal.db'), now }),
  };
  const ledger = between?.ledger(stores.ledger) ?? stores.ledger;
  const journal = between?.journal(stores.journal) ?? stores.journal;
  const self = [process.execPath, fileURLToPath(new URL('../../bin/nightguard.mjs', import.meta.url))];
  const toolbox = createToolbox({ config: config.node, state, self, ledger, telegramUrl: telegram.apiRoot, log });
  const agentLog = log.child({ node: config.node.name });
  const agent = createAgent({
    ...{ config: config.node, release: release(), keys: nodeKeys, ledger, journal, catalog, now, log: agentLog },
    hub: { name: HUB, key: hubKeys.public },
    tools: between?.tools(toolbox.tools) ?? toolbox.tools,
  });
  const bot = createBot(telegram);
  between?.bot(bot);
  const nodes = { ...config.nodes, [config.node.name]: { key: nodeKeys.public } };
  const hub = createHub({
    holder: HUB,
    config,
    keys: hubKeys,
    nodes,
    catalog,
    ledger,
    bot,
    now,
    log: log.child({ part: 'hub' }),
  });

  return {
    ended: hub.ended,
    bot: () => bot.botInfo.username,
    async start() {
      await toolbox.start();
      await agent.start();
      await hub.start();
    },
    async stop() {
      await agent.stop();
      await hub.stop();
      await toolbox.close();
      journal.close();
      await ledger.close();
    },
  };
}
