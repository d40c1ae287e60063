import { setTimeout as sleep } from 'node:timers/promises';
import type { Limits, Usage } from '#src/operation/tools.ts';
import { NOTHING } from '../unseen.ts';
import type { Engine } from './engine.ts';
import type { Container, Sample } from './shapes.ts';

const BETWEEN_SAMPLES_MS = 500;
const USUAL_PERIOD_US = 100_000;

/** What the engine lets a container use at most; 0 and -1 are its ways to say "no limit". */
export function limitsOf({ HostConfig }: Container): Limits {
  const { Memory, MemoryReservation, MemorySwap, NanoCpus, CpuQuota, CpuPeriod, PidsLimit } = HostConfig;
  const quota = limit(CpuQuota);
  return {
    memoryBytes: limit(Memory),
    reservedBytes: limit(MemoryReservation),
    swapBytes: limit(MemorySwap),
    cpus: NanoCpus > 0 ? NanoCpus / 1e9 : quota && quota / (CpuPeriod || USUAL_PERIOD_US),
    pids: limit(PidsLimit),
  };
}

/** What a running container uses; the CPU over half a second, since an engine's single sample lacks the one before. */
export async function usageOf(engine: Engine, id: string, signal: AbortSignal): Promise<Usage> {
  const first = await engine.sample(id, signal);
  if (!first) return NOTHING;
  await sleep(BETWEEN_SAMPLES_MS, undefined, { signal });
  const second = await engine.sample(id, signal);
  if (!second) return NOTHING;
  return {
    memoryBytes: memoryOf(second),
    cpuPercent: cpuPercent(first, second),
    pids: second.pids_stats?.current ?? undefined,
  };
}

/** The CPU used between two samples in percent of one core; undefined when they do not follow each other. */
export function cpuPercent(first: Sample, second: Sample): number | undefined {
  const elapsedMs = (second.read ?? 0) - (first.read ?? 0);
  const usedNs = second.cpu_stats.cpu_usage.total_usage - first.cpu_stats.cpu_usage.total_usage;
  // A restart in between begins again at zero.
  return elapsedMs > 0 && usedNs >= 0 ? (usedNs / 1e6 / elapsedMs) * 100 : undefined;
}

// Docker counts the cache of files, which the kernel gives back when it is needed.
function memoryOf({ memory_stats }: Sample): number | undefined {
  const { usage, stats } = memory_stats ?? {};
  if (usage == null) return undefined;
  return Math.max(0, usage - (stats?.inactive_file ?? stats?.total_inactive_file ?? 0));
}

function limit(value: number): number | undefined {
  return value > 0 ? value : undefined;
}
