import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import { clip, count, sanitise } from '#src/kit/text.ts';
import type { Fact, Tone } from '#src/operation/reply.ts';
import type { Workload } from '#src/operation/tools.ts';

const MOST = 400;

/** One workload's state in words: `running for 3 h · healthy · pid 12`. */
export function workloadFact(workload: Workload): Fact {
  return { label: workload.name, value: words(workload, []), tone: workloadTone(workload) };
}

/** The same with the engine that runs it, how often that started it again, and whether it is only found (row C2). */
export function statusFact(workload: Workload): Fact {
  const { name, engine, restarts = 0, expected } = workload;
  const more = [engine, restarts > 0 ? `started again ${count(restarts, 'time')}` : '', expected ? '' : 'not declared'];
  return { label: name, value: words(workload, more), tone: workloadTone(workload) };
}

/** Whether it is declared to run and is not well: it does not run, is unhealthy, or nobody knows. */
export function isDown({ expected, state, healthy }: Workload): boolean {
  return expected && (state !== 'running' || healthy === false);
}

/** What is wrong with those that are down, counted: `1 unhealthy, 2 missing`. */
export function countDown(down: readonly Workload[]): string {
  const kinds = Map.groupBy(down, ({ state }) => (state === 'running' ? 'unhealthy' : state));
  return [...kinds].map(([kind, all]) => `${all.length} ${kind}`).join(', ');
}

/** Hands back a workload that can be acted on; throws Problem `missing` for one that its engine does not have. */
export function refuseMissing(workload: Workload): Workload {
  if (workload.state !== 'missing') return workload;
  throw new Problem(
    'missing',
    `${workload.name} is declared here, but ${workload.engine} does not have it. Make it there, or take it out of node.workloads.`,
  );
}

function words({ state, healthy, forMs, detail }: Workload, more: string[]): string {
  const since = forMs === undefined ? '' : ` for ${formatDuration(forMs)}`;
  const health = state !== 'running' || healthy === undefined ? '' : healthy ? 'healthy' : 'not healthy';
  const parts = [`${state}${since}`, health, ...more, sanitise(detail ?? '')];
  return clip(parts.filter((part) => part !== '').join(' · '), MOST);
}

function workloadTone({ state, healthy, expected }: Workload): Tone {
  switch (state) {
    case 'running':
      return healthy === false ? (expected ? 'bad' : 'warn') : 'ok';
    case 'stopped':
    case 'failed':
      // Nobody said that it should run.
      return expected ? 'bad' : 'info';
    case 'missing':
      return 'bad';
    case 'unknown':
      return 'warn';
    default:
      return state satisfies never;
  }
}
