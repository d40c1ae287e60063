import { readdir, readFile, stat } from 'node:fs/promises';
import { uptime } from 'node:os';
import type { LinuxStat } from './linuxStat.ts';
import { isDead, parseLinuxStat, residentBytes, variable } from './linuxStat.ts';
import type { Listed, ProcessTable, Used } from './table.ts';
import { MARK } from './table.ts';

// USER_HZ: what the kernel shows to programs, 100 on every architecture that Node runs on.
const TICK_MS = 10;

/** The process table of Linux, read from /proc. */
export function createLinuxTable(): ProcessTable {
  return {
    async identify(pid, signal) {
      const found = await readStat(pid, signal);
      return found && identityOf(found, await bootId(signal));
    },
    async marked(mark, signal) {
      const boot = await bootId(signal);
      const found = await Promise.all((await pids()).map((pid) => readMarked(pid, mark, boot, signal)));
      return found.filter((one) => one !== undefined).sort((a, b) => a.startedAt - b.startedAt || a.pid - b.pid);
    },
    async groupAlive(group, signal) {
      if (!groupListed(group)) return false;
      if ((await readStat(group, signal))?.group === group) return true;
      const members = await Promise.all((await pids()).map((pid) => readStat(pid, signal)));
      return members.some((member) => member?.group === group);
    },
    async used(group, mark, signal) {
      const marked = new Set((await this.marked(mark, signal)).map(({ pid }) => pid));
      const members = await Promise.all((await pids()).map((pid) => readUsed(pid, group, marked.has(pid), signal)));
      return members.filter((one) => one !== undefined).reduce(sum, { memoryBytes: 0, cpuMs: 0, pids: 0 });
    },
  };
}

async function pids(): Promise<number[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
}

async function readStat(pid: number, signal: AbortSignal): Promise<LinuxStat | undefined> {
  const found = parseLinuxStat((await readOrNothing(`/proc/${pid}/stat`, signal)) ?? '');
  return found && !isDead(found.state) ? found : undefined;
}

async function readMarked(pid: number, mark: string, boot: string, signal: AbortSignal): Promise<Listed | undefined> {
  if (pid === process.pid) return undefined;
  const environment = await readOrNothing(`/proc/${pid}/environ`, signal);
  if (environment === undefined || variable(environment, MARK) !== mark) return undefined;
  const found = await readStat(pid, signal);
  // Another user could forge the mark to have a process of theirs adopted, or one of ours ended.
  if (!found || !(await isOurs(pid))) return undefined;
  const port = Number(variable(environment, 'PORT'));
  return {
    pid,
    identity: identityOf(found, boot),
    group: found.group,
    startedAt: Date.now() - uptime() * 1000 + found.startTicks * TICK_MS,
    port: Number.isInteger(port) && port > 0 ? port : undefined,
  };
}

async function readUsed(pid: number, group: number, marked: boolean, signal: AbortSignal): Promise<Used | undefined> {
  const found = await readStat(pid, signal);
  if (!found || !(marked || found.group === group)) return undefined;
  const status = (await readOrNothing(`/proc/${pid}/status`, signal)) ?? '';
  return { memoryBytes: residentBytes(status), cpuMs: found.cpuTicks * TICK_MS, pids: 1 };
}

function sum(a: Used, b: Used): Used {
  return { memoryBytes: a.memoryBytes + b.memoryBytes, cpuMs: a.cpuMs + b.cpuMs, pids: a.pids + b.pids };
}

async function isOurs(pid: number): Promise<boolean> {
  const owner = await stat(`/proc/${pid}`).catch(() => undefined);
  return owner?.uid === process.getuid?.();
}

function identityOf(found: LinuxStat, boot: string): string {
  return `${found.startTicks}.${boot}`;
}

async function bootId(signal: AbortSignal): Promise<string> {
  return ((await readOrNothing('/proc/sys/kernel/random/boot_id', signal)) ?? '').slice(0, 8);
}

async function readOrNothing(path: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await readFile(path, { encoding: 'latin1', signal });
  } catch {
    // Processes end while they are looked at, and those of other users do not show everything.
    signal.throwIfAborted();
    return undefined;
  }
}

// The cheap question first; a group of zombies still answers yes to it.
function groupListed(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
