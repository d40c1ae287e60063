import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import { sanitise } from '#src/kit/text.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { LogQuery, Workload } from '#src/operation/tools.ts';
import { startsAgain } from './describe.ts';
import type { Reading } from './reading.ts';
import type { SystemdSpec } from './spec.ts';

const A_MOMENT_MS = 1000;
const EVERY_MS = 200;
const EVIDENCE_LINES = 20;

/** A unit as it was seen at one moment, in systemd's words and in ours. */
export interface Moment {
  reading: Reading;
  workload: Workload;
}

/** The unit to wait for; `busy` tells whether a start or stop of ours is under way. */
export interface Settling {
  spec: SystemdSpec;
  look(signal: AbortSignal): Promise<Moment>;
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
    if (isOver(seen) && !busy()) throw await unhealthy(settling, seen.workload, signal);
    return isSettled(seen, spec) ? seen.workload : undefined;
  };
  try {
    return await waitUntil(ready, { withinMs, everyMs: EVERY_MS, what: seen.workload.name }, signal);
  } catch (error) {
    if (error instanceof Problem && error.code === 'timeout') throw await unhealthy(settling, seen.workload, signal);
    throw error;
  }
}

function isSettled({ reading, workload }: Moment, { health }: SystemdSpec): boolean {
  if (workload.state !== 'running' || reading.ActiveState !== 'active') return false;
  return health ? workload.healthy === true : (workload.forMs ?? 0) >= A_MOMENT_MS;
}

// One failure is forgiven where systemd starts it again: what it needs may just not have been there yet.
function isOver({ reading, workload }: Moment): boolean {
  if (startsAgain(reading)) return (reading.NRestarts ?? 0) > 0;
  return workload.state !== 'running';
}

async function unhealthy({ spec, logs }: Settling, seen: Workload, signal: AbortSignal): Promise<Problem> {
  // systemd writes there when each instance started and stopped, so lines of an older one do not mislead.
  const evidence = sanitise(await logs({ lines: EVIDENCE_LINES }, signal));
  return new Problem('unhealthy', sentence(seen, spec), evidence ? { evidence } : {});
}

function sentence({ name, state, detail }: Workload, { startTimeout }: SystemdSpec): string {
  switch (state) {
    case 'running':
      return `${name} runs, but did not become healthy within ${formatDuration(startTimeout)} (${detail}). Read its log.`;
    case 'failed':
      return `${name} does not run: ${detail}. Read its log.`;
    case 'stopped':
      return `${name} is stopped. Start it.`;
    case 'missing':
      return `${name} is missing: ${detail}. Install its unit.`;
    case 'unknown':
      return `Nobody knows whether ${name} runs: ${detail}. Ask again.`;
    default:
      return state satisfies never;
  }
}
