/** The fields of /proc/<pid>/stat that tell processes apart. */
export interface LinuxStat {
  state: string;
  group: number;
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
  const startTicks = fields[19];
  if (!state || !group || !startTicks) return undefined;
  return { state, group: Number(group), startTicks: Number(startTicks) };
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
