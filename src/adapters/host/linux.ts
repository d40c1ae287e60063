import { readFile } from 'node:fs/promises';
import { parseMeminfo } from './meminfo.ts';
import type { SystemReading } from './system.ts';

/** Memory, swap and the distribution's name on Linux. */
export async function readLinux(signal: AbortSignal): Promise<SystemReading> {
  const [meminfo, osRelease] = await Promise.all([
    readFile('/proc/meminfo', { encoding: 'utf8', signal }),
    readFile('/etc/os-release', { encoding: 'utf8', signal }).catch(() => ''),
  ]);
  return { ...parseMeminfo(meminfo), title: prettyName(osRelease) ?? 'Linux' };
}

/** The name a distribution gives itself in /etc/os-release. */
export function prettyName(osRelease: string): string | undefined {
  return /^PRETTY_NAME=["']?(.*?)["']?$/m.exec(osRelease)?.[1] || undefined;
}
