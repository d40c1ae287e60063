import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import { sanitise } from '#src/kit/text.ts';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { LogQuery, Workload } from '#src/operation/tools.ts';

const A_MOMENT_MS = 1000;
const EVERY_MS = 200;
const EVIDENCE_LINES = 20;

/** A workload as its engine saw it at one moment. */
export interface Sighting {
  workload: Workload;
  /** It has a health check. */
  checked: boolean;
  /** It runs as it should, but for its health. */
  up: boolean;
  /** It will not come up by itself any more. */
  over: boolean;
}

/** The workload to wait for, whatever runs it; `startTimeout` in ms. */
export interface Settling {
  startTimeout: number;
  look(signal: AbortSignal): Promise<Sighting>;
  /** Whether a start or stop of ours is under way. */
  busy(): boolean;
  logs(query: LogQuery, signal: AbortSignal): Promise<string>;
  /** How far back its log is about this instance, in ms; undefined: as far as it goes. */
  sinceMs(workload: Workload): number | undefined;
}

/** What is seen of a workload that is up as soon as it runs, and over when it does not. */
export function sightingOf(workload: Workload, checked: boolean): Sighting {
  const up = workload.state === 'running';
  return { workload, checked, up, over: !up };
}

/** Waits until it is healthy or, without a health check, has run for a moment; throws Problem `unhealthy` with its last log lines. */
export async function settle(settling: Settling, signal: AbortSignal): Promise<Workload> {
  const { startTimeout, look, busy } = settling;
  let seen = await look(signal);
  const withinMs = seen.checked ? startTimeout : Math.max(startTimeout, 2 * A_MOMENT_MS);
  const ready = async () => {
    seen = await look(signal);
    if (seen.over && !busy()) throw await unhealthy(settling, seen.workload, signal);
    return isSettled(seen) ? seen.workload : undefined;
  };
  try {
    return await waitUntil(ready, { withinMs, everyMs: EVERY_MS, what: seen.workload.name }, signal);
  } catch (error) {
    if (error instanceof Problem && error.code === 'timeout') throw await unhealthy(settling, seen.workload, signal);
    throw error;
  }
}

function isSettled({ workload, checked, up }: Sighting): boolean {
  return up && (checked ? workload.healthy === true : (workload.forMs ?? 0) >= A_MOMENT_MS);
}

async function unhealthy(settling: Settling, seen: Workload, signal: AbortSignal): Promise<Problem> {
  const query = { lines: EVIDENCE_LINES, sinceMs: settling.sinceMs(seen) };
  const evidence = sanitise(await settling.logs(query, signal));
  return new Problem('unhealthy', sentence(seen, settling.startTimeout), evidence ? { evidence } : {});
}

function sentence({ name, engine, state, detail }: Workload, startTimeout: number): string {
  const why = detail === undefined ? '' : `: ${detail}`;
  switch (state) {
    case 'running':
      return `${name} runs, but did not become healthy within ${formatDuration(startTimeout)}${detail ? ` (${detail})` : ''}. Read its log.`;
    case 'failed':
      return `${name} does not run${why}. Read its log.`;
    case 'stopped':
      return `${name} is stopped. Start it.`;
    case 'missing':
      return `${name} is missing${why}. Make it in ${engine}, or take it out of node.workloads.`;
    case 'unknown':
      return `Nobody knows whether ${name} runs${why}. Look at ${engine}, then ask for its status.`;
    default:
      return state satisfies never;
  }
}
