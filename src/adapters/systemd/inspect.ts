import { setTimeout as sleep } from 'node:timers/promises';
import { formatBytes } from '#src/kit/bytes.ts';
import type { Inspection, Limits, Usage } from '#src/operation/tools.ts';
import type { Reading } from './reading.ts';
import type { SystemdSpec } from './spec.ts';

const BETWEEN_SAMPLES_MS = 500;

/** What a unit may use at most, as its file and its drop-ins say. */
export function limitsOf(seen: Reading): Limits {
  const { MemoryMax, MemorySwapMax, CPUQuotaPerSecUSec } = seen;
  return {
    memoryBytes: MemoryMax,
    reservedBytes: Math.max(seen.MemoryMin ?? 0, seen.MemoryLow ?? 0) || undefined,
    swapBytes: MemoryMax === undefined || MemorySwapMax === undefined ? undefined : MemoryMax + MemorySwapMax,
    cpus: CPUQuotaPerSecUSec === undefined ? undefined : CPUQuotaPerSecUSec / 1e6,
    pids: seen.TasksMax,
  };
}

/** What a running unit uses now; the CPU over half a second, where systemd counts it. */
export async function usageOf(
  first: Reading,
  look: (signal: AbortSignal) => Promise<Reading>,
  signal: AbortSignal,
): Promise<Usage> {
  const usage = { memoryBytes: first.MemoryCurrent, cpuPercent: undefined, pids: first.TasksCurrent };
  if (first.CPUUsageNSec === undefined) return usage;
  const began = performance.now();
  await sleep(BETWEEN_SAMPLES_MS, undefined, { signal });
  const second = await look(signal);
  if (second.InvocationID !== first.InvocationID || second.CPUUsageNSec === undefined) return usage;
  const spentMs = (second.CPUUsageNSec - first.CPUUsageNSec) / 1e6;
  return { ...usage, cpuPercent: (spentMs / (performance.now() - began)) * 100 };
}

/** How systemd keeps it. */
export function aboutUnit(seen: Reading, spec: SystemdSpec): Inspection['about'] {
  const facts = [
    { label: 'Unit', value: spec.user ? `${seen.Id} of the user` : seen.Id },
    { label: 'Description', value: seen.Description === seen.Id ? '' : seen.Description },
    { label: 'Unit file', value: seen.FragmentPath },
    { label: 'At boot', value: seen.UnitFileState },
    { label: 'Starts again by itself', value: seen.Restart },
    { label: 'Main process', value: seen.MainPID ? String(seen.MainPID) : '' },
    { label: 'Slowed down above', value: seen.MemoryHigh === undefined ? '' : formatBytes(seen.MemoryHigh) },
    { label: 'Health check', value: spec.health === undefined ? '' : shown(spec.health) },
  ];
  return facts.filter(({ value }) => value !== '');
}

// Without its query, which may carry a token.
function shown(health: string): string {
  const { origin, pathname } = new URL(health);
  return `${origin}${pathname}`;
}
