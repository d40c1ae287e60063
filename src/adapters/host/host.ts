import { arch, cpus, loadavg, release, uptime } from 'node:os';
import type { Host } from '#src/operation/tools.ts';
import type { Command } from '../command.ts';
import { readDisks } from './disks.ts';
import { readLinux } from './linux.ts';
import { readMacos } from './macos.ts';

/** Reads this machine; `paths` are those whose file systems are of interest. */
export function createHost({ paths, command }: { paths: readonly string[]; command: Command }): Host {
  return {
    async read(signal) {
      const system = process.platform === 'darwin' ? readMacos(command, signal) : readLinux(signal);
      const [{ title, memory, swap }, disks] = await Promise.all([system, readDisks(paths, signal)]);
      return {
        disks,
        memory,
        swap,
        loadPerCpu: (loadavg()[0] ?? 0) / Math.max(1, cpus().length),
        uptimeMs: uptime() * 1000,
        system: `${title}, kernel ${release()}, ${arch()}`,
      };
    },
  };
}
