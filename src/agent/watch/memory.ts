import { formatBytes } from '#src/kit/bytes.ts';
import type { Host, Thresholds } from '#src/operation/tools.ts';
import type { Watch } from './watch.ts';

/** Memory that runs short (row H1). */
export function watchMemory(host: Host, thresholds: Thresholds): Watch {
  return {
    name: 'memory',
    async look(signal) {
      const { memory, swap } = await host.read(signal);
      const percent = memory.totalBytes === 0 ? 0 : Math.round((memory.usedBytes / memory.totalBytes) * 100);
      const used = `memory is ${percent} % used`;
      const amount = (part: { usedBytes: number; totalBytes: number }) =>
        `${formatBytes(part.usedBytes)} of ${formatBytes(part.totalBytes)}`;
      const trouble =
        percent < thresholds.memoryPercent
          ? undefined
          : {
              tone: 'warn' as const,
              title: used,
              facts: [
                { label: 'Memory', value: amount(memory), limit: `below ${thresholds.memoryPercent} %` },
                { label: 'Swap', value: amount(swap) },
              ],
              buttons: [{ label: 'Status', operation: 'status', input: {} }],
            };
      return [{ fingerprint: 'memory', well: used, trouble }];
    },
  };
}
