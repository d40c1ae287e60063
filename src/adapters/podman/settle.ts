import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import { sanitise } from '#src/kit/text.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { LogQuery, Workload } from '#src/operation/tools.ts';
import { healthCheckOf } from './health.ts';
import type { Container } from './shapes.ts';

const A_MOMENT_MS = 1000;
const EVIDENCE_LINES = 20;
// An engine notes the start a little after the program has begun to write.
const EARLIER_MS = 1000;

/** A workload as it was seen, and its container. */
export interface Present {
  workload: Workload;
  container: Container;
}

/** The workload to wait for; `busy`: a start or stop is under way. */
export interface Settling {
  startTimeout: number;
  look(signal: AbortSignal): Promise<Present>;
  busy(): boolean;
  logs(query: LogQuery, signal: AbortSignal): Promise<string>;
}

/** Waits until it is healthy or, without a health check, has run for a moment; throws Problem `unhealthy` with its last log lines. */
export async function settle(settling: Settling, signal: AbortSignal): Promise<Workload> {
  const { startTimeout, look, busy } = settling;
  let seen = await look(signal);
  const ready = async () => {
    seen = await look(signal);
    const { state, healthy, forMs } = seen.workload;
    if (state !== 'running' && !busy()) throw await unhealthy(settling, seen.workload, signal);
    const settled =
      state === 'running' && (healthCheckOf(seen.container) ? healthy === true : (forMs ?? 0) >= A_MOMENT_MS);
    return settled ? seen.workload : undefined;
  };
  const withinMs = healthCheckOf(seen.container) ? startTimeout : Math.max(startTimeout, 2 * A_MOMENT_MS);
  try {
    return await waitUntil(ready, { withinMs, everyMs: 200, what: seen.workload.name }, signal);
  } catch (error) {
    if (error instanceof Problem && error.code === 'timeout') throw await unhealthy(settling, seen.workload, signal);
    throw error;
  }
}

async function unhealthy({ startTimeout, logs }: Settling, seen: Workload, signal: AbortSignal): Promise<Problem> {
  // While it runs, lines of the instance before would mislead.
  const sinceMs = seen.state === 'running' && seen.forMs !== undefined ? seen.forMs + EARLIER_MS : undefined;
  const evidence = sanitise(await logs({ lines: EVIDENCE_LINES, sinceMs }, signal));
  return new Problem('unhealthy', sentence(seen, startTimeout), evidence ? { evidence } : {});
}

function sentence({ name, state, detail }: Workload, startTimeout: number): string {
  switch (state) {
    case 'running':
      return `${name} runs, but did not become healthy within ${formatDuration(startTimeout)}${detail ? ` (${detail})` : ''}. Read its log.`;
    case 'failed':
      return `${name} does not run: ${detail}. Read its log.`;
    case 'stopped':
    case 'missing':
    case 'unknown':
      return `${name} is ${state}. Start it.`;
    default:
      return state satisfies never;
  }
}
