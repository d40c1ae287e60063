import { join } from 'node:path';
import type { Bot } from 'grammy';
import type { Logger } from 'pino';
import { loadCatalog } from '#src/catalog.ts';
import { HUB } from '#src/hub/assemble.ts';
import type { Telegram } from '#src/hub/bot.ts';
import { createBot } from '#src/hub/bot.ts';
import type { Ctx } from '#src/hub/context.ts';
import { createHub } from '#src/hub/main.ts';
import type { Ledger } from '#src/ledger/port.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { freshId } from '#src/wire/ids.ts';
import { loadKeys } from '#src/wire/keys.ts';
import type { BetweenAgent } from './agentSide.ts';
import { createAgentSide } from './agentSide.ts';
import type { FileConfig } from './config.ts';
import { nodeOf } from './config.ts';

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
export interface Between extends BetweenAgent {
  ledger(ledger: Ledger): Ledger;
  bot(bot: Bot<Ctx>): void;
}

/** What a house is built of. */
export interface HouseDeps {
  config: FileConfig;
  state: string;
  telegram: Telegram;
  /** A ledger that others may share; absent: a file in the state folder. The house closes it. */
  ledger?: Ledger | undefined;
  log: Logger;
  between?: Between | undefined;
}

/** Builds the house of one machine in its state folder; nothing runs yet. Throws Problem `config` when the configuration has no node. */
export async function createHouse({
  config,
  state,
  telegram,
  ledger: shared,
  log,
  between,
}: HouseDeps): Promise<House> {
  const catalog = await loadCatalog();
  const node = nodeOf(config);
  const hubKeys = await loadKeys(join(state, 'keys', 'hub.json'));
  const nodeKeys = await loadKeys(join(state, 'keys', 'node.json'));
  const now = () => Date.now();
  const stored = shared ?? createSqliteLedger({ file: join(state, 'ledger.db') });
  const ledger = between?.ledger(stored) ?? stored;
  const agent = createAgentSide({
    ...{ config: node, keys: nodeKeys, state, ledger, catalog, now, log, between },
    hub: { name: HUB, key: hubKeys.public },
    telegramUrl: telegram.apiRoot,
  });
  const bot = createBot(telegram);
  between?.bot(bot);
  const hub = createHub({
    ...{ config, keys: hubKeys, catalog, ledger, bot, now, log: log.child({ part: 'hub' }) },
    // Nobody else can hold leases in a file: what an earlier life held is ours.
    holder: shared ? freshId() : HUB,
    nodes: { ...config.nodes, [node.name]: { key: nodeKeys.public } },
  });

  return {
    ended: hub.ended,
    bot: hub.bot,
    async start() {
      await agent.start();
      await hub.start();
    },
    async stop() {
      await agent.stop();
      await hub.stop();
      await ledger.close();
    },
  };
}
