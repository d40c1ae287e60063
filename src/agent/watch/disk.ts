import { formatBytes } from '#src/kit/bytes.ts';
import type { Host, Thresholds } from '#src/operation/tools.ts';
import type { Watch } from './watch.ts';

/** Disks that fill up (rows H1, H6): a warning from the alert mark, bad from the panic mark or with less free than there should be. */
export function watchDisks(host: Host, thresholds: Thresholds): Watch {
  return {
    name: 'disk',
    async look(signal) {
      const { disks } = await host.read(signal);
      return disks.map(({ path, freeBytes, totalBytes }) => {
        const percent = totalBytes === 0 ? 0 : Math.round((1 - freeBytes / totalBytes) * 100);
        const panic = percent >= thresholds.diskPanicPercent;
        const used = `${path} is ${percent} % full`;
        const limit = `alert at ${thresholds.diskAlertPercent} %, panic at ${thresholds.diskPanicPercent} %`;
        const free = `${formatBytes(freeBytes)} free of ${formatBytes(totalBytes)}`;
        return {
          fingerprint: `disk ${path}`,
          well: used,
          trouble:
            percent < thresholds.diskAlertPercent
              ? undefined
              : {
                  tone: panic ? 'bad' : 'warn',
                  title: used,
                  facts: [{ label: 'Disk', value: free, limit }],
                  buttons: [{ label: 'Health', operation: 'health', input: {} }],
                },
        };
      });
    },
  };
}
