import { Problem } from '#src/kit/problem.ts';
import type { HostReading } from '#src/operation/tools.ts';

/** Memory and swap from /proc/meminfo; used is all that programs could not get at once. */
export function parseMeminfo(text: string): Pick<HostReading, 'memory' | 'swap'> {
  const total = bytes(text, 'MemTotal');
  const swap = bytes(text, 'SwapTotal');
  return {
    memory: { usedBytes: total - bytes(text, 'MemAvailable'), totalBytes: total },
    swap: { usedBytes: swap - bytes(text, 'SwapFree'), totalBytes: swap },
  };
}

function bytes(text: string, name: string): number {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  if (kilobytes === undefined)
    throw new Problem('host', `/proc/meminfo does not tell ${name}; this kernel is not understood.`);
  return Number(kilobytes) * 1024;
}
