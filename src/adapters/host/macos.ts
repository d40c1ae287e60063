import type { Command } from '../command.ts';
import { expectExit } from '../expectExit.ts';
import { parseSysctl } from './sysctl.ts';
import type { SystemReading } from './system.ts';
import { parseVmStat } from './vmStat.ts';

const VM_STAT = '/usr/bin/vm_stat';
const SYSCTL = '/usr/sbin/sysctl';
const OPTIONS = { timeoutMs: 5000, env: { LC_ALL: 'C' } };

/** Memory and swap on macOS, by the programs that it ships. */
export async function readMacos(command: Command, signal: AbortSignal): Promise<SystemReading> {
  const [usedBytes, { totalBytes, swap }] = await Promise.all([
    read(VM_STAT, []).then(parseVmStat),
    read(SYSCTL, ['-n', 'vm.swapusage', 'hw.memsize']).then(parseSysctl),
  ]);
  return { title: 'macOS', memory: { usedBytes, totalBytes }, swap };

  async function read(file: string, argv: string[]): Promise<string> {
    const result = await command.run(file, argv, OPTIONS, signal);
    signal.throwIfAborted();
    return expectExit(file, result, OPTIONS.timeoutMs).stdout;
  }
}
