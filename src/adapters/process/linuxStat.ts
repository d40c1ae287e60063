/** The fields of /proc/<pid>/stat that tell processes apart. */
export interface LinuxStat {
  state: string;
  group: number;
  /** CPU time spent so far in clock ticks, as itself and in the kernel: fields 14 and 15. */
  cpuTicks: number;
  /** Start in clock ticks since boot: field 22. */
  startTicks: number;
}

/** Reads /proc/<pid>/stat; the program's name, second field, may itself hold blanks and brackets. */
export function parseLinuxStat(text: string): LinuxStat | undefined {
  const fields = text
    .slice(text.lastIndexOf(')') + 1)
    .trim()
    .split(' ');
  const [state, , group] = fields;
  const [user, system] = fields.slice(11, 13);
  const startTicks = fields[19];
  if (!state || !group || !startTicks) return undefined;
  return { state, group: Number(group), cpuTicks: Number(user) + Number(system), startTicks: Number(startTicks) };
}

/** The memory that a process has in RAM, in bytes, from /proc/<pid>/status; a page is not 4 KB everywhere, so stat will not do. */
export function residentBytes(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

/** Whether a process in this state has ended and only waits to be collected. */
export function isDead(state: string): boolean {
  return state === 'Z' || state === 'X' || state === 'x';
}

/** One variable from a NUL-separated environment such as /proc/<pid>/environ. */
export function variable(environment: string, name: string): string | undefined {
  const entry = environment.split('\0').find((line) => line.startsWith(`${name}=`));
  return entry?.slice(name.length + 1);
}
