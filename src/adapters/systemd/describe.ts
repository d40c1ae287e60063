import type { Workload } from '#src/operation/tools.ts';
import type { Answer } from '../ask.ts';
import { describeFailure, describeResult } from './ending.ts';
import type { Reading } from './reading.ts';
import type { SystemdSpec } from './spec.ts';

/** A unit that was looked at: what systemd said, what its health check said, and `now` in ms since the machine started. */
export interface Seen {
  name: string;
  spec: SystemdSpec;
  reading: Reading;
  answer: Answer | undefined;
  now: number;
}

/** The workload as the port shows it. */
export function describeUnit(seen: Seen): Workload {
  const { name, spec, reading } = seen;
  const state = stateOf(reading);
  const forMs = ageOf(seen, state);
  return {
    name,
    engine: 'systemd',
    state,
    expected: true,
    healthy: state === 'running' ? healthOf(seen, forMs ?? 0) : spec.health === undefined ? undefined : false,
    instance: reading.InvocationID || undefined,
    forMs,
    restarts: reading.NRestarts,
    detail: detailOf(seen, state),
  };
}

/** Whether it ended and systemd waits a little before it starts it again. */
export function startsAgain({ ActiveState, SubState }: Reading): boolean {
  return ActiveState === 'activating' && SubState.startsWith('auto-restart');
}

// One that runs keeps running when its unit file goes.
function stateOf(reading: Reading): Workload['state'] {
  if (startsAgain(reading)) return 'failed';
  if (['active', 'reloading', 'refreshing', 'activating', 'deactivating'].includes(reading.ActiveState))
    return 'running';
  if (reading.LoadState === 'not-found' || reading.LoadState === 'masked') return 'missing';
  if (reading.ActiveState === 'failed' || reading.LoadState !== 'loaded') return 'failed';
  return 'stopped';
}

function ageOf({ reading, now }: Seen, state: Workload['state']): number | undefined {
  const since = sinceOf(reading, state);
  return since ? Math.max(0, now - since / 1000) : undefined;
}

function sinceOf(reading: Reading, state: Workload['state']): number | undefined {
  if (reading.ActiveState === 'active') return reading.ActiveEnterTimestampMonotonic;
  if (state === 'running' || startsAgain(reading)) return reading.StateChangeTimestampMonotonic;
  return reading.InactiveEnterTimestampMonotonic;
}

// No answer at all is no verdict yet while the program may still be starting.
function healthOf({ spec, answer }: Seen, forMs: number): boolean | undefined {
  if (!answer) return undefined;
  if (!answer.answered) return forMs < spec.startTimeout ? undefined : false;
  return answer.status >= 200 && answer.status < 300;
}

function detailOf(seen: Seen, state: Workload['state']): string | undefined {
  const { Id, LoadState, LoadError, NRestarts } = seen.reading;
  switch (state) {
    case 'running':
      return describeRunning(seen);
    case 'stopped':
    case 'unknown':
      return undefined;
    case 'missing':
      return LoadState === 'masked' ? `${Id} is masked` : `there is no unit ${Id}`;
    case 'failed':
      if (LoadState !== 'loaded') return `its unit file cannot be read: ${errorText(LoadError) || LoadState}`;
      if (!startsAgain(seen.reading)) return describeFailure(seen.reading);
      return NRestarts
        ? `starts again and again (${describeResult(seen.reading)}; restarts so far: ${NRestarts})`
        : `${describeResult(seen.reading)}, systemd starts it again in a moment`;
    default:
      return state satisfies never;
  }
}

function describeRunning({ spec, reading, answer }: Seen): string | undefined {
  const parts = reading.MainPID ? [`pid ${reading.MainPID}`] : [];
  if (reading.ActiveState !== 'active') parts.push(WORDS[reading.ActiveState] ?? reading.ActiveState);
  const path = spec.health && new URL(spec.health).pathname;
  if (answer?.answered && (answer.status < 200 || answer.status > 299)) parts.push(`${path} answered ${answer.status}`);
  if (answer && !answer.answered) parts.push(`${path}: ${answer.reason}`);
  return parts.join(', ') || undefined;
}

const WORDS: Readonly<Record<string, string>> = { activating: 'starting', deactivating: 'stopping' };

// `org.freedesktop.systemd1.NoSuchUnit "Unit x.service not found."`: only the words are for people.
function errorText(printed: string): string {
  return /"(.*)"$/.exec(printed)?.[1] ?? printed;
}
