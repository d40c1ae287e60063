import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration } from '#src/kit/duration.ts';
import { count } from '#src/kit/text.ts';
import type { Inspection, Usage } from '#src/operation/tools.ts';
import { NOTHING } from '../unseen.ts';
import { healthShown } from './life.ts';
import type { ProcessSpec } from './spec.ts';
import type { ProcessTable } from './table.ts';

const BETWEEN_SAMPLES_MS = 500;

/** What a workload's processes use together; the CPU over half a second. */
export async function usageOf(
  table: ProcessTable,
  { group, mark }: { group: number; mark: string },
  signal: AbortSignal,
): Promise<Usage> {
  const first = await table.used(group, mark, signal);
  const began = performance.now();
  await sleep(BETWEEN_SAMPLES_MS, undefined, { signal });
  const { memoryBytes, cpuMs, pids } = await table.used(group, mark, signal);
  if (pids === 0) return NOTHING;
  // A process that ended in between takes its time with it.
  const spent = Math.max(0, cpuMs - first.cpuMs);
  return { memoryBytes, cpuPercent: (spent / (performance.now() - began)) * 100, pids };
}

/** How it is run. Arguments are counted, not shown: somebody may have written a password there. */
export function aboutProcess(spec: ProcessSpec, logPath: string): Inspection['about'] {
  const [program, ...argv] = spec.command;
  const facts = [
    { label: 'Program', value: argv.length === 0 ? program : `${program} with ${count(argv.length, 'argument')}` },
    { label: 'Folder', value: spec.cwd },
    { label: 'Port', value: spec.port === 'auto' ? 'a free one at each start' : spec.port?.toString() },
    { label: 'Health check', value: healthShown(spec) },
    { label: 'Time to start', value: formatDuration(spec.startTimeout) },
    { label: 'Time to stop', value: formatDuration(spec.stopTimeout) },
    { label: 'Log', value: logPath },
  ];
  return facts.flatMap(({ label, value }) => (value === undefined ? [] : [{ label, value }]));
}
