import { join } from 'node:path';
import type { Logger } from 'pino';
import { createBackups } from '#src/adapters/backup/backups.ts';
import { emptyScratch, scratchOf } from '#src/adapters/backup/scratch.ts';
import { createCommand } from '#src/adapters/command.ts';
import { createEndpoints } from '#src/adapters/endpoints.ts';
import type { Errands } from '#src/adapters/errand/errands.ts';
import { createErrands } from '#src/adapters/errand/errands.ts';
import { createHost } from '#src/adapters/host/host.ts';
import { createLinks } from '#src/adapters/links.ts';
import type { ShareBox } from '#src/adapters/vault/seals.ts';
import { createSeals } from '#src/adapters/vault/seals.ts';
import { createVaults } from '#src/adapters/vault/vaults.ts';
import { Problem } from '#src/kit/problem.ts';
import type { NodeLedger } from '#src/ledger/port.ts';
import type { ToolName, Tools } from '#src/operation/tools.ts';
import type { NodeConfig } from './config.ts';
import { createWorkloads } from './workloads.ts';

/** All tools of one node, with the life of what they hold. */
export interface Toolbox {
  tools: Tools;
  /** What those tools run their commands by that change something. */
  errands: Errands;
  /** Starts or adopts the workloads. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Fills the toolbox from the node's configuration. `self` starts this very program; `telegramUrl` carries no token. */
export function createToolbox(deps: {
  config: NodeConfig;
  state: string;
  self: string[];
  ledger: Pick<NodeLedger, 'ping'>;
  telegramUrl: string;
  /** Absent: it keeps none. */
  shares?: ShareBox;
  log: Logger;
  /** ms since 1970; this machine's clock unless told. */
  now?: () => number;
}): Toolbox {
  const { config, state, self, ledger, telegramUrl, shares = NO_SHARES, log, now = Date.now } = deps;
  const command = createCommand();
  const errands = createErrands({ command, folder: join(state, 'errands'), log });
  const kept = createWorkloads({ config, state, self, command, errand: errands.lasting, log });
  return {
    errands,
    tools: {
      workloads: kept.workloads,
      host: createHost({ paths: config.disks, command }),
      endpoints: createEndpoints({ specs: config.endpoints }),
      links: createLinks({ ledgerPing: () => ledger.ping(), telegramUrl }),
      vaults: createVaults(config.vaults),
      seals: createSeals(config.vaults, shares),
      backups: createBackups({
        ...{ spec: config.backup, node: config.name, state, command: errands.leashed },
        ...{ workloads: kept.workloads, now },
      }),
      thresholds: config.thresholds,
    },
    async start() {
      const scratch = scratchOf({ spec: config.backup, node: config.backup.host ?? config.name, state });
      await emptyScratch(scratch).catch((err: unknown) =>
        log.warn({ err, scratch }, 'what a drill left is still there'),
      );
      await kept.open();
    },
    close: () => kept.close(),
  };
}

const NO_SHARES: ShareBox = {
  held: async () => [],
  open: async (vault) => {
    throw new Problem('no-share', `There is no share of ${vault} here.`);
  },
};

/** Only the tools that an operation says it needs, so that it cannot reach for others. */
export function pickTools(tools: Tools, needs: readonly ToolName[]): Tools {
  return Object.fromEntries(needs.map((name) => [name, tools[name]])) as unknown as Tools;
}
