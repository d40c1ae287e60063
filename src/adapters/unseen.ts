import type { Limits, Usage, Workload } from '#src/operation/tools.ts';

/** Limits of which nothing is known, or which there are not. */
export const NO_LIMITS: Limits = {
  memoryBytes: undefined,
  reservedBytes: undefined,
  swapBytes: undefined,
  cpus: undefined,
  pids: undefined,
};

/** What a workload uses that does not run. */
export const NOTHING: Usage = { memoryBytes: undefined, cpuPercent: undefined, pids: undefined };

/** A workload of which nothing was seen, and why: its engine has none (`missing`), or does not say (`unknown`). */
export function describeUnseen(
  { name, engine, expected }: Pick<Workload, 'name' | 'engine' | 'expected'>,
  state: 'missing' | 'unknown',
  reason: string,
): Workload {
  const nothing = { healthy: undefined, instance: undefined, forMs: undefined, restarts: undefined };
  return { name, engine, state, expected, ...nothing, detail: reason };
}
