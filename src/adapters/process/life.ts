import type { Workload } from '#src/operation/tools.ts';
import type { Answer } from '../ask.ts';
import type { Ending } from './launch.ts';
import type { ProcessRecord } from './record.ts';
import type { ProcessSpec } from './spec.ts';

/** In what state a workload is since when (ms since 1970), and the last process it had. */
export type Life =
  | { state: 'running'; last: ProcessRecord; adopted: boolean }
  | { state: 'stopped'; last: ProcessRecord | undefined; since: number | undefined; detail: string | undefined }
  | { state: 'failed'; last: ProcessRecord | undefined; since: number; detail: string };

/** How a process ended, in words. */
export function describeEnding({ code, signal }: Ending): string {
  return signal === null ? `exit code ${code}` : `killed by ${signal}`;
}

/** Where the health of a running process is asked; undefined when it declares none. */
export function healthUrl({ health }: ProcessSpec, port: number | undefined): string | undefined {
  return health?.startsWith('/') ? `http://127.0.0.1:${port}${health}` : health;
}

/** The health check as it may be shown: without what an address may carry of names, passwords and tokens. */
export function healthShown({ health }: ProcessSpec): string | undefined {
  if (health === undefined) return undefined;
  const { origin, pathname } = new URL(health, 'http://here');
  return health.startsWith('/') ? pathname : `${origin}${pathname}`;
}

/** The workload as the port shows it; `answer` is what its health check said just now. */
export function describeWorkload(
  seen: { name: string; spec: ProcessSpec; life: Life; answer: Answer | undefined },
  now: number,
): Workload {
  const { name, spec, life, answer } = seen;
  const since = life.state === 'running' ? life.last.startedAt : life.since;
  const forMs = since === undefined ? undefined : Math.max(0, now - since);
  return {
    name,
    engine: 'process',
    state: life.state,
    expected: true,
    healthy:
      life.state === 'running' ? healthOf(answer, spec, forMs ?? 0) : spec.health === undefined ? undefined : false,
    instance: life.last && `${life.last.pid}@${life.last.identity}`,
    forMs,
    restarts: undefined,
    detail: life.state === 'running' ? describeRunning(spec, life.last, answer) : life.detail,
  };
}

// No answer at all is no verdict yet while the program may still be starting.
function healthOf(answer: Answer | undefined, { startTimeout }: ProcessSpec, forMs: number): boolean | undefined {
  if (!answer) return undefined;
  if (!answer.answered) return forMs < startTimeout ? undefined : false;
  return answer.status >= 200 && answer.status < 300;
}

function describeRunning(spec: ProcessSpec, { pid, port }: ProcessRecord, answer: Answer | undefined): string {
  const health = healthShown(spec);
  const parts = [`pid ${pid}`];
  if (port !== undefined) parts.push(`port ${port}`);
  if (answer?.answered && (answer.status < 200 || answer.status > 299))
    parts.push(`${health} answered ${answer.status}`);
  if (answer && !answer.answered) parts.push(`${health}: ${answer.reason}`);
  return parts.join(', ');
}
