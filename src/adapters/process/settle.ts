import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import { sanitise } from '#src/kit/text.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { LogQuery, Workload } from '#src/operation/tools.ts';
import type { ProcessSpec } from './spec.ts';

const A_MOMENT_MS = 1000;
const EVIDENCE_LINES = 20;

/** The workload to wait for; `busy` tells whether a start or stop is under way. */
export interface Settling {
  spec: ProcessSpec;
  look(signal: AbortSignal): Promise<Workload>;
  busy(): boolean;
  logs(query: LogQuery, signal: AbortSignal): Promise<string>;
}

/** Waits until it is healthy or, without a health check, has run for a moment; throws Problem `unhealthy` with its last log lines. */
export async function settle(settling: Settling, signal: AbortSignal): Promise<Workload> {
  const { spec, look, busy } = settling;
  const withinMs = spec.health ? spec.startTimeout : Math.max(spec.startTimeout, 2 * A_MOMENT_MS);
  let seen = await look(signal);
  const ready = async () => {
    seen = await look(signal);
    if (seen.state !== 'running' && !busy()) throw await unhealthy(settling, seen, signal);
    return isSettled(seen, spec) ? seen : undefined;
  };
  try {
    return await waitUntil(ready, { withinMs, everyMs: 100, what: seen.name }, signal);
  } catch (error) {
    if (error instanceof Problem && error.code === 'timeout') throw await unhealthy(settling, seen, signal);
    throw error;
  }
}

function isSettled({ state, healthy, forMs }: Workload, { health }: ProcessSpec): boolean {
  return state === 'running' && (health ? healthy === true : (forMs ?? 0) >= A_MOMENT_MS);
}

async function unhealthy({ spec, logs }: Settling, seen: Workload, signal: AbortSignal): Promise<Problem> {
  // While it runs, lines of the instance before would mislead.
  const sinceMs = seen.state === 'running' ? seen.forMs : undefined;
  const evidence = sanitise(await logs({ lines: EVIDENCE_LINES, sinceMs }, signal));
  return new Problem('unhealthy', sentence(seen, spec), evidence ? { evidence } : {});
}

function sentence({ name, state, detail }: Workload, { startTimeout }: ProcessSpec): string {
  switch (state) {
    case 'running':
      return `${name} runs, but did not become healthy within ${formatDuration(startTimeout)} (${detail}). Read its log.`;
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
