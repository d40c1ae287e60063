import type { Command } from '../command.ts';
import { expectExit } from '../expectExit.ts';
import type { ProcessTable, Used } from './table.ts';

const PS = '/bin/ps';
const TIMEOUT_MS = 5000;

/**
 * The process table of macOS, by ps. macOS does not show the environment of another process, so `marked` finds nothing:
 * an agent killed in the few ms between a start and its record leaves a process that the next agent cannot see,
 * and children that outlive a crashed process of ours are not ended before the next start.
 */
export function createMacosTable(command: Command): ProcessTable {
  return {
    async identify(pid, signal) {
      // UTC, or a laptop that travels would take its own workloads for strangers.
      const options = { timeoutMs: TIMEOUT_MS, env: { LC_ALL: 'C', TZ: 'UTC' } };
      const result = await command.run(PS, ['-o', 'stat=,lstart=', '-p', String(pid)], options, signal);
      signal.throwIfAborted();
      if (result.ended === 'exit' && result.exitCode === 1) return undefined;
      return parsePsLine(expectExit(PS, result, TIMEOUT_MS).stdout);
    },
    marked: async () => [],
    groupAlive: async (group) => groupAnswers(group),
    async used(group, _mark, signal) {
      const options = { timeoutMs: TIMEOUT_MS, env: { LC_ALL: 'C' } };
      const result = await command.run(PS, ['-axo', 'pgid=,stat=,rss=,time='], options, signal);
      signal.throwIfAborted();
      return parsePsUsage(expectExit(PS, result, TIMEOUT_MS).stdout, group);
    },
  };
}

/** The identity from a line of `ps -o stat=,lstart=`: its start in seconds since 1970; undefined for a zombie or no line. */
export function parsePsLine(text: string): string | undefined {
  const [, state, started] = /^\s*(\S+)\s+(.+?)\s*$/.exec(text) ?? [];
  if (!state || !started || state.startsWith('Z')) return undefined;
  const at = Date.parse(`${started} UTC`);
  return Number.isNaN(at) ? undefined : String(at / 1000);
}

/** What one process group uses, from the lines of `ps -axo pgid=,stat=,rss=,time=`: kilobytes, and `[h:]mm:ss.hh`. */
export function parsePsUsage(text: string, group: number): Used {
  const used = { memoryBytes: 0, cpuMs: 0, pids: 0 };
  for (const line of text.split('\n')) {
    const [pgid, state, kilobytes, time] = line.trim().split(/\s+/);
    if (Number(pgid) !== group || !time || state?.startsWith('Z')) continue;
    used.memoryBytes += Number(kilobytes) * 1024;
    used.cpuMs += Math.round(time.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0) * 1000);
    used.pids += 1;
  }
  return used;
}

// A group of zombies answers EPERM on macOS, and ours are of our own user: any error means gone.
function groupAnswers(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}
