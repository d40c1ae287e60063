import type { Logger } from 'pino';
import type { Catalog } from '#src/catalog.ts';
import type { NodeLedger } from '#src/ledger/port.ts';
import type { Tools } from '#src/operation/tools.ts';
import type { Beacon } from '#src/wire/beacon.ts';
import { freshId } from '#src/wire/ids.ts';
import type { NodeConfig } from './config.ts';

/** What a beacon is made of. */
export interface BeaconDeps {
  config: NodeConfig;
  release: string;
  catalog: Catalog;
  tools: Tools;
  policyHash: string;
  ledger: NodeLedger;
  seal: (message: { jti: string; body: Beacon; at: number }) => Promise<string>;
  now: () => number;
  log: Logger;
}

/** Announces the node once; a failure is logged, the next beacon tries again. */
export async function announce(deps: BeaconDeps, signal: AbortSignal): Promise<void> {
  const { config, ledger, now, log } = deps;
  try {
    const workloads = await deps.tools.workloads.list(signal);
    const beacon: Beacon = {
      v: 1,
      at: now(),
      release: deps.release,
      environment: config.environment,
      labels: config.labels,
      operations: Object.fromEntries([...deps.catalog.values()].map(({ name, version }) => [name, version])),
      targets: workloads.map(({ name }) => name),
      policy: deps.policyHash,
    };
    await ledger.setBeacon(config.name, await deps.seal({ jti: freshId(), body: beacon, at: beacon.at }));
  } catch (err) {
    if (!signal.aborted) log.warn({ err }, 'beacon not set');
  }
}
