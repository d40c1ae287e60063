import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { seedsFile } from '#src/agent/approver/seeds.ts';
import type { NodeConfig } from '#src/agent/config.ts';
import { openlyBy } from '#src/agent/journal/openly.ts';
import type { Journal } from '#src/agent/journal.ts';
import { createJournal } from '#src/agent/journal.ts';
import { ROOT_FILE } from '#src/agent/lockdown.ts';
import { createAgent } from '#src/agent/main.ts';
import { openShares } from '#src/agent/shares/open.ts';
import { createToolbox } from '#src/agent/toolbox.ts';
import type { Catalog } from '#src/catalog.ts';
import type { Ledger } from '#src/ledger/port.ts';
import type { Tools } from '#src/operation/tools.ts';
import type { Keys } from '#src/wire/keys.ts';
import type { Party } from '#src/wire/seal.ts';
import { release } from './release.ts';

/** The files that lock this machine: its own, and root's for all agents on it. */
export function lockdownFiles(state: string, { lockdownFile }: Pick<NodeConfig, 'lockdownFile'>): string[] {
  return [lockdownFile ?? join(state, 'lockdown'), ROOT_FILE];
}

/** A stand between an agent and what it acts on. */
export interface BetweenAgent {
  journal(journal: Journal): Journal;
  tools(tools: Tools): Tools;
}

/** What the agent of this machine is built of. */
export interface AgentSideDeps {
  config: NodeConfig;
  hub: Party;
  /** Where a hub that may sleep can be rung. */
  hubUrl?: string | undefined;
  keys: Keys;
  state: string;
  ledger: Ledger;
  catalog: Catalog;
  /** Where Telegram is, for the reading of the links; no token goes there. */
  telegramUrl: string;
  now: () => number;
  log: Logger;
  between?: BetweenAgent | undefined;
}

/** The agent of this machine with its journal and its toolbox. */
export interface AgentSide {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Builds the agent in its state folder; nothing runs yet. The ledger is closed by whoever opened it. */
export function createAgentSide(deps: AgentSideDeps): AgentSide {
  const { config, hub, hubUrl, keys, state, ledger, catalog, telegramUrl, now, between } = deps;
  const log = deps.log.child({ node: config.name });
  const stored = createJournal({ file: join(state, 'journal.db'), now, openly: openlyBy(catalog) });
  const journal = between?.journal(stored) ?? stored;
  const self = [process.execPath, fileURLToPath(new URL('../../bin/nightguard.mjs', import.meta.url))];
  const shares = openShares(state, keys);
  const toolbox = createToolbox({ config, state, self, ledger, telegramUrl, shares, log, now });
  const agent = createAgent({
    ...{ config, hub, hubUrl, keys, ledger, journal, catalog, now, log, release: release() },
    errands: toolbox.errands,
    seeds: seedsFile(state),
    shares,
    lockdownFiles: lockdownFiles(state, config),
    tools: between?.tools(toolbox.tools) ?? toolbox.tools,
  });
  return {
    async start() {
      await toolbox.start();
      await agent.start();
    },
    async stop() {
      await agent.stop();
      await toolbox.close();
      journal.close();
    },
  };
}
