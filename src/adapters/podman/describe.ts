import { constants } from 'node:os';
import { clip, sanitise } from '#src/kit/text.ts';
import type { Workload } from '#src/operation/tools.ts';
import { healthCheckOf, lastResult } from './health.ts';
import type { Container } from './shapes.ts';

const SIGNALS = Object.entries(constants.signals);
const [SIGTERM, SIGINT] = [128 + constants.signals.SIGTERM, 128 + constants.signals.SIGINT];

/** How a workload is called here and whether it is declared. */
export interface Named {
  name: string;
  expected: boolean;
}

/** What tells one run of a container from the next, and one container from another of the same name. */
export function instanceOf({ Id, State }: Container): string {
  return `${Id.slice(0, 12)}@${State.StartedAt ?? 'never'}`;
}

/** The workload as the port shows it; `halted` is the instance that was stopped on purpose, whatever its exit code. */
export function describeContainer(
  container: Container,
  { name, expected, halted }: Named & { halted: string | undefined },
  now: number,
): Workload {
  const { State, Created, RestartCount } = container;
  const instance = instanceOf(container);
  const state = stateOf(container, halted === instance);
  const since = state === 'running' ? State.StartedAt : (State.FinishedAt ?? State.StartedAt ?? Created);
  return {
    name,
    engine: 'podman',
    state,
    expected,
    healthy: healthOf(container, state),
    instance,
    forMs: since === undefined ? undefined : Math.max(0, now - since),
    restarts: RestartCount ?? undefined,
    detail: (state === 'running' ? describeRunning(container) : describeEnded(container)) || undefined,
  };
}

function stateOf({ State }: Container, halted: boolean): 'running' | 'stopped' | 'failed' {
  switch (State.Status) {
    case 'running':
    case 'paused':
    case 'stopping':
      return 'running';
    case 'created':
    case 'configured':
    case 'initialized':
      return 'stopped';
    case 'exited':
    case 'stopped':
    case 'removing':
      // As for systemd, one that ends with the signal it was asked to end with has not failed.
      return halted || (!State.OOMKilled && [0, SIGTERM, SIGINT].includes(State.ExitCode)) ? 'stopped' : 'failed';
    default:
      // dead, unknown, and restarting: it ended, and the engine waits before it tries again.
      return 'failed';
  }
}

function healthOf(container: Container, state: Workload['state']): boolean | undefined {
  if (!healthCheckOf(container)) return undefined;
  if (state !== 'running') return false;
  const status = container.State.Health?.Status;
  return status === 'healthy' ? true : status === 'unhealthy' ? false : undefined;
}

function describeRunning(container: Container): string {
  const { Status, Health } = container.State;
  const parts = Status === 'running' ? [] : [Status];
  const health = healthCheckOf(container) ? Health?.Status : undefined;
  if (health === 'starting') parts.push('starting');
  const last = lastResult(container);
  if (health !== 'healthy' && last && last.ExitCode !== 0) {
    const output = clip(sanitise(last.Output).trim().replaceAll(/\s+/g, ' '), 200);
    parts.push(`health check: ${output || `exit code ${last.ExitCode}`}`);
  }
  return parts.join(', ');
}

function describeEnded({ State }: Container): string {
  const { Status, ExitCode, OOMKilled, StartedAt } = State;
  if (StartedAt === undefined) return ['never started', errorOf(State.Error)].filter(Boolean).join(': ');
  const parts = ['exited', 'stopped'].includes(Status) ? [] : [Status];
  if (ExitCode !== 0 || OOMKilled) parts.push(`exit code ${ExitCode}${causeOf(ExitCode, OOMKilled ?? false)}`);
  const error = errorOf(State.Error);
  return (error ? [...parts, error] : parts).join(', ');
}

function causeOf(exitCode: number, outOfMemory: boolean): string {
  if (outOfMemory) return ' (out of memory)';
  const signal = SIGNALS.find(([, number]) => 128 + number === exitCode);
  return signal ? ` (${signal[0]})` : '';
}

function errorOf(error: string | null | undefined): string {
  return clip(sanitise(error ?? '').trim(), 200);
}
