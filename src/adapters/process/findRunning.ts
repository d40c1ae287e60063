import type { ProcessRecord } from './record.ts';
import { readRecord } from './record.ts';
import type { ProcessTable } from './table.ts';

/**
 * The process that an earlier agent left running: the one on record if it still is that one, otherwise the oldest that leads
 * its group and carries the mark. The second way is for an agent that was killed between a start and its record.
 */
export async function findRunning(
  { recordPath, mark, table }: { recordPath: string; mark: string; table: ProcessTable },
  signal: AbortSignal,
): Promise<ProcessRecord | undefined> {
  const record = await readRecord(recordPath);
  if (record && (await table.identify(record.pid, signal)) === record.identity) return record;
  const leader = (await table.marked(mark, signal)).find((one) => one.group === one.pid);
  if (!leader) return undefined;
  const { pid, identity, port, startedAt } = leader;
  return { pid, identity, startedAt, ...(port === undefined ? {} : { port }) };
}
