import { setTimeout as sleep } from 'node:timers/promises';
import type { Catalog } from '#src/catalog.ts';
import type { NodeLedger } from '#src/ledger/port.ts';
import type { SetKnown } from '#src/operation/backupKnown.ts';
import { CHORES } from '#src/operation/backupKnown.ts';
import type { Tools } from '#src/operation/tools.ts';
import type { BackupState, Beacon } from '#src/wire/beacon.ts';
import { MAX_TARGETS } from '#src/wire/beacon.ts';
import { freshId } from '#src/wire/ids.ts';
import type { Away } from './away.ts';
import type { NodeConfig } from './config.ts';

/** A beacon that could not be set is tried again after this time, in ms. */
const AGAIN_MS = 10_000;

/** What a beacon is made of. */
export interface BeaconDeps {
  config: NodeConfig;
  release: string;
  catalog: Catalog;
  tools: Tools;
  /** Where its audit stands, and what it says of a lockdown. */
  state: () => Pick<Beacon, 'audit' | 'lockdown' | 'lifted'>;
  /** The hash of the rules in effect now. */
  policyHash: () => string;
  /** Whether it holds the seeds of authenticators. */
  isApprover: () => Promise<boolean>;
  /** The shares of Vaults that it keeps. */
  shares: () => Promise<NonNullable<Beacon['shares']>>;
  ledger: NodeLedger;
  seal: (message: { jti: string; body: Beacon; at: number }) => Promise<string>;
  now: () => number;
  away: Away;
}

/** Announces the node now and every `everyMs` until the signal; after a failure it is tried again sooner. Resolves at the signal; `announced` once the first try is over. */
export function keepAnnounced(
  deps: BeaconDeps,
  everyMs: number,
  signal: AbortSignal,
): { announced: Promise<boolean>; ended: Promise<void> } {
  const announced = announce(deps, signal);
  const goOn = async (): Promise<void> => {
    let failures = (await announced) ? 0 : 1;
    while (!signal.aborted) {
      await sleep(pauseAfter(failures, everyMs), undefined, { signal }).catch(() => {});
      failures = (await announce(deps, signal)) ? 0 : failures + 1;
    }
  };
  return { announced, ended: goOn() };
}

/** How long to wait for the next beacon, in ms: after a failure a short time, doubling, and never longer than after a success. */
export function pauseAfter(failures: number, everyMs: number): number {
  return failures === 0 ? everyMs : Math.min(AGAIN_MS * 2 ** Math.min(failures - 1, 20), everyMs);
}

/** Announces the node once; answers whether the ledger has it. */
export async function announce(deps: BeaconDeps, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const { config, ledger, now, away } = deps;
  try {
    const workloads = await deps.tools.workloads.list(signal);
    const sets = await deps.tools.backups.known();
    const shares = await deps.shares();
    const beacon: Beacon = {
      v: 1,
      at: now(),
      release: deps.release,
      environment: config.environment,
      labels: config.labels,
      operations: Object.fromEntries([...deps.catalog.values()].map(({ name, version }) => [name, version])),
      targets: workloads.map(({ name }) => name).slice(0, MAX_TARGETS),
      inventory: { vault: Object.keys(config.vaults), set: Object.keys(config.backup.sets) },
      ...(sets.length > 0 ? { backups: sets.slice(0, 100).map(stateOf) } : {}),
      policy: deps.policyHash(),
      ...(config.policyFile === undefined ? { policyOpen: true } : {}),
      ...deps.state(),
      ...((await deps.isApprover()) ? { approver: true } : {}),
      ...(shares.length > 0 ? { shares } : {}),
    };
    await ledger.setBeacon(config.name, await deps.seal({ jti: freshId(), body: beacon, at: beacon.at }));
    away.worked();
    return true;
  } catch (err) {
    if (!signal.aborted) away.failed(err, 'beacon not set');
    return false;
  }
}

/** How a set stands, as the daily message tells it. */
export function stateOf({ name, savedAt, isLate, chores, running }: SetKnown): BackupState {
  const { doneAt } = chores.drill;
  // What runs now is noted as failed until it has ended.
  const isFailing = CHORES.some((chore) => chores[chore].failures > (running === chore ? 1 : 0));
  return {
    set: name,
    ...(savedAt === undefined ? {} : { savedAt }),
    ...(doneAt === undefined ? {} : { provenAt: doneAt }),
    ...(isLate || isFailing ? { trouble: true } : {}),
  };
}
