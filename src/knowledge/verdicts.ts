import { formatBytes } from '#src/kit/bytes.ts';
import { formatDuration } from '#src/kit/duration.ts';
import type { Fact, Tone } from '#src/operation/reply.ts';
import type { HostReading, Probe, Thresholds, Workload } from '#src/operation/tools.ts';

/** Free space of each disk against the least that must be free (row H1: 10 GB). A disk smaller than four times that is held to a quarter of its size. */
export function diskFacts(disks: HostReading['disks'], leastFreeGb: number): Fact[] {
  return disks.map(({ path, freeBytes, totalBytes }) => {
    const least = Math.min(leastFreeGb * 1e9, totalBytes / 4);
    return {
      label: disks.length === 1 ? 'Disk' : `Disk ${path}`,
      value: `${formatBytes(freeBytes)} free of ${formatBytes(totalBytes)}`,
      limit: `at least ${formatBytes(least)}`,
      tone: freeBytes > least ? 'ok' : 'bad',
    };
  });
}

/** Used memory in percent against the most that may be used (row H1: 80 %). */
export function memoryFact({ usedBytes, totalBytes }: HostReading['memory'], mostPercent: number): Fact {
  const percent = totalBytes === 0 ? 0 : (usedBytes / totalBytes) * 100;
  return {
    label: 'Memory',
    value: `${Math.round(percent)} % of ${formatBytes(totalBytes)} used`,
    limit: `under ${mostPercent} %`,
    tone: percent < mostPercent ? 'ok' : 'bad',
  };
}

/** Latency (95th percentile) and error rate of one endpoint over its probes (row H1: 500 ms, 1 %). */
export function endpointFact(probe: Probe, limits: Thresholds): Fact {
  const asked = probe.latenciesMs.length + probe.failures;
  const errorPercent = asked === 0 ? 100 : (probe.failures / asked) * 100;
  const p95 = percentile(probe.latenciesMs, 95);
  const slow = p95 === undefined || p95 >= limits.endpointP95Ms;
  const failing = errorPercent >= limits.endpointErrorPercent;
  const latency = p95 === undefined ? 'no answer' : `p95 ${formatDuration(p95)}`;
  const reason = failing && probe.reason ? ` (${probe.reason})` : '';
  return {
    label: `Endpoint ${probe.name}`,
    value: `${latency}, ${Math.round(errorPercent)} % of ${asked} failed${reason}`,
    limit: `under ${limits.endpointP95Ms} ms and ${limits.endpointErrorPercent} %`,
    tone: failing ? 'bad' : slow ? 'warn' : 'ok',
  };
}

/** One workload's state in words: `running for 3 h · healthy`. */
export function workloadFact(workload: Workload): Fact {
  const { name, state, healthy, forMs, detail } = workload;
  const since = forMs === undefined ? '' : ` for ${formatDuration(forMs)}`;
  const health = state !== 'running' || healthy === undefined ? '' : healthy ? ' · healthy' : ' · not healthy';
  return {
    label: name,
    value: `${state}${since}${health}${detail ? ` · ${detail}` : ''}`,
    tone: workloadTone(workload),
  };
}

/** The nearest-rank percentile of some values; undefined when there are none. */
export function percentile(values: readonly number[], percent: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

function workloadTone({ state, healthy }: Workload): Tone {
  if (state !== 'running') return 'bad';
  return healthy === false ? 'bad' : 'ok';
}
