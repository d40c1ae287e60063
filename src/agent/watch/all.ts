import type { Tools } from '#src/operation/tools.ts';
import type { NodeConfig } from '../config.ts';
import { watchBackups } from './backups.ts';
import { watchDisks } from './disk.ts';
import { watchEndpoints } from './endpoints.ts';
import { watchMemory } from './memory.ts';
import { watchVaults } from './vaults.ts';
import type { Watch } from './watch.ts';
import type { Excuse } from './workloads.ts';
import { watchWorkloads } from './workloads.ts';

/** The watches of a node, without those that its configuration turns off. */
export function watchesOf(
  { watch, thresholds }: Pick<NodeConfig, 'watch' | 'thresholds'>,
  { host, workloads, endpoints, vaults, backups }: Tools,
  excuse: Excuse,
  clock: { now: () => number; awakeMs: () => number },
): Watch[] {
  const all = [
    watchDisks(host, thresholds),
    watchMemory(host, thresholds),
    watchWorkloads(workloads, excuse),
    watchEndpoints(endpoints),
    watchVaults({ vaults, workloads }, excuse),
    watchBackups(backups, clock),
  ];
  return all.filter(({ name }) => !watch.off.some((off) => off === name));
}
