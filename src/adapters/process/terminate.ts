import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { ProcessTable } from './table.ts';

const KILL_MS = 5000;

/** Which processes to end: the group that `leader` leads, and whatever else carries the mark. */
export interface Doomed {
  name: string;
  mark: string;
  leader: { pid: number; identity: string } | undefined;
  /** How long SIGTERM has before SIGKILL; 0 is SIGKILL at once. */
  graceMs: number;
}

/** Ends all processes of a workload and resolves when none is left. A pid that meanwhile belongs to another program is not touched. */
export async function terminate(table: ProcessTable, doomed: Doomed, signal: AbortSignal): Promise<void> {
  const group = await ownGroup(table, doomed, signal);
  const left = () => remaining(table, doomed.mark, group, signal);
  // Most of the time the group is what is waited for, and to ask for it alone is cheap.
  const isGone = async () =>
    !(group !== undefined && (await table.groupAlive(group, signal))) && (await left()).length === 0;
  if (doomed.graceMs > 0) {
    send('SIGTERM', await left());
    if (await within(doomed.graceMs, isGone, signal)) return;
  }
  send('SIGKILL', await left());
  if (await within(KILL_MS, isGone, signal)) return;
  const pids = (await left()).map(Math.abs).join(', ');
  throw new Problem(
    'still-running',
    `${doomed.name} cannot be stopped: process ${pids} is still there ${formatDuration(KILL_MS)} after SIGKILL. It may hang on a disk; look at it with: ps -o stat,wchan,args -p ${pids}`,
  );
}

// Checked once: as long as a member of the group lives, its number cannot be given to another process.
async function ownGroup(
  table: ProcessTable,
  { leader, mark }: Doomed,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (!leader) return undefined;
  if ((await table.identify(leader.pid, signal)) === leader.identity) return leader.pid;
  const marked = await table.marked(mark, signal);
  return marked.some((one) => one.group === leader.pid) ? leader.pid : undefined;
}

/** What is left, as kill wants it: a group is a negative number. */
async function remaining(
  table: ProcessTable,
  mark: string,
  group: number | undefined,
  signal: AbortSignal,
): Promise<number[]> {
  const targets = group !== undefined && (await table.groupAlive(group, signal)) ? [-group] : [];
  const others = await table.marked(mark, signal);
  return [...targets, ...others.filter((one) => one.group !== group).map((one) => one.pid)];
}

function send(name: NodeJS.Signals, targets: readonly number[]): void {
  for (const target of targets) {
    try {
      process.kill(target, name);
    } catch {
      // It ended in between; what may not be signalled shows when nothing comes of it.
    }
  }
}

async function within(withinMs: number, isGone: () => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  const gone = async () => (await isGone()) || undefined;
  try {
    return await waitUntil(gone, { withinMs, everyMs: 40, what: 'stopping' }, signal);
  } catch (error) {
    if (error instanceof Problem && error.code === 'timeout') return false;
    throw error;
  }
}
