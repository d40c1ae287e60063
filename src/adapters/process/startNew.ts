import { childEnvironment } from '../environment.ts';
import { freePort } from './freePort.ts';
import type { Ending } from './launch.ts';
import { launch } from './launch.ts';
import type { ProcessRecord } from './record.ts';
import type { ProcessSpec } from './spec.ts';
import type { ProcessTable } from './table.ts';
import { MARK } from './table.ts';

/** How a workload is started; `command` has its words in place. */
export interface Start {
  name: string;
  spec: ProcessSpec;
  command: readonly string[];
  mark: string;
  logPath: string;
  table: ProcessTable;
  now: () => number;
}

/** Starts a new process; what is to be recorded of it, and its ending. Throws Problem `cannot-start`. */
export async function startNew(
  start: Start,
  signal: AbortSignal,
): Promise<{ record: ProcessRecord; ended: Promise<Ending> }> {
  const { name, spec, command, logPath } = start;
  const port = spec.port === 'auto' ? await freePort() : spec.port;
  const startedAt = start.now();
  const env = childEnvironment({ ...spec.env, ...portVariable(port), [MARK]: start.mark });
  const { pid, ended } = await launch({ name, command, cwd: spec.cwd, env, logPath });
  const identity = (await identifyOrKill(start.table, pid, signal)) ?? 'ended at once';
  return { record: { pid, identity, startedAt, ...(port === undefined ? {} : { port }) }, ended };
}

// A process that could not be told from others later would run on unseen.
async function identifyOrKill(table: ProcessTable, pid: number, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await table.identify(pid, signal);
  } catch (error) {
    process.kill(-pid, 'SIGKILL');
    throw error;
  }
}

function portVariable(port: number | undefined): Record<string, string> {
  return port === undefined ? {} : { PORT: String(port) };
}
