import { formatBytes } from '#src/kit/bytes.ts';
import { formatDuration } from '#src/kit/duration.ts';
import type { Fact, Tone } from '#src/operation/reply.ts';
import type { HostReading, Probe, Thresholds } from '#src/operation/tools.ts';

const DISK_TONES: Record<DiskMark, Tone> = { well: 'ok', clean: 'ok', alert: 'warn', panic: 'bad' };

/** How full a disk is, in words of row H6: at `clean` it is time to tidy up, `alert` is told, `panic` is an emergency. */
export type DiskMark = 'well' | 'clean' | 'alert' | 'panic';

/** The mark that a disk has reached (row H6: 60, 75 and 85 % used). */
export function diskMark(percentUsed: number, limits: Thresholds): DiskMark {
  if (percentUsed >= limits.diskPanicPercent) return 'panic';
  if (percentUsed >= limits.diskAlertPercent) return 'alert';
  return percentUsed >= limits.diskCleanPercent ? 'clean' : 'well';
}

/**
 * Each disk against the least that must be free (row H1: 10 GB) and the most that may be used (row H6).
 * A disk smaller than four times the least is held to a quarter of its size.
 */
export function diskFacts(disks: HostReading['disks'], limits: Thresholds): Fact[] {
  return disks.map(({ path, freeBytes, totalBytes }) => {
    const least = Math.min(limits.diskFreeGb * 1e9, totalBytes / 4);
    const used = totalBytes === 0 ? 100 : (1 - freeBytes / totalBytes) * 100;
    const mark = diskMark(used, limits);
    const hint = mark === 'clean' ? ', time to tidy up' : '';
    return {
      label: disks.length === 1 ? 'Disk' : `Disk ${path}`,
      value: `${formatBytes(freeBytes)} free of ${formatBytes(totalBytes)}, ${Math.round(used)} % used${hint}`,
      limit: `at least ${formatBytes(least)}, under ${limits.diskAlertPercent} %`,
      tone: freeBytes <= least ? 'bad' : DISK_TONES[mark],
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

/** The nearest-rank percentile of some values; undefined when there are none. */
export function percentile(values: readonly number[], percent: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}
