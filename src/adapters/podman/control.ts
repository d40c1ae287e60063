import { Problem } from '#src/kit/problem.ts';
import type { Lane } from '../lane.ts';
import { createLane } from '../lane.ts';
import type { Log } from '../log.ts';
import { orAborted } from '../orAborted.ts';
import { instanceOf } from './describe.ts';
import type { Engine } from './engine.ts';
import type { Container } from './shapes.ts';
import type { Target, Targets } from './targets.ts';

const LOOKS_MS = 30_000;
const RUNNING = ['running', 'paused', 'stopping'];

/** What somebody wants done to a workload. */
export interface Wish {
  kind: 'start' | 'stop' | 'restart';
  force: boolean;
}

/** Starts and stops containers, those of one name one after the other. */
export interface Control {
  /** The container as it is afterwards. An abort lets go of the wait; what the engine has been told it finishes. */
  act(name: string, wish: Wish, signal: AbortSignal): Promise<{ target: Target; container: Container }>;
  busy(name: string): boolean;
  /** The instance of this name that was stopped on purpose; kept as long as this process lives. */
  halted(name: string): string | undefined;
}

/** Makes the control of one engine's containers. */
export function createControl({ engine, targets, log }: { engine: Engine; targets: Targets; log: Log }): Control {
  const lanes = new Map<string, Lane>();
  const halted = new Map<string, string>();

  return {
    act(name, wish, signal) {
      // The lane comes before the look-up, or of two the second could be the first.
      const lane = lanes.get(name) ?? createLane();
      lanes.set(name, lane);
      const done = lane
        .run(() => perform(name, wish, signal), signal)
        .finally(() => {
          if (!lane.busy()) lanes.delete(name);
        });
      // It is held until the engine has answered, also when nobody waits for that any more.
      return orAborted(done, signal);
    },
    busy: (name) => lanes.get(name)?.busy() ?? false,
    halted: (name) => halted.get(name),
  };

  async function perform(name: string, { kind, force }: Wish, signal: AbortSignal) {
    const target = await targets.find(name, signal);
    const before = await presentOf(target, signal);
    const { Status } = before.State;
    const runs = RUNNING.includes(Status);
    // One that is about to be restarted by the engine does not run, and can still be stopped.
    const done = kind === 'start' ? runs : kind === 'stop' && !runs && Status !== 'restarting';
    if (done || !target.container) return { target, container: before };
    const graceMs = force ? 0 : target.spec.stopTimeout;
    const act = kind === 'start' ? { kind } : { kind, graceMs };
    signal.throwIfAborted();
    // From here on it is finished, whoever still waits: an engine that is cut off between stop and start may leave it stopped.
    await engine.act(target.container, act, AbortSignal.timeout(graceMs + 2 * LOOKS_MS));
    const container = await presentOf(target, AbortSignal.timeout(LOOKS_MS));
    if (kind === 'stop') halted.set(name, instanceOf(container));
    log.info({ workload: name, container: container.Id.slice(0, 12), force }, `workload ${DONE[kind]}`);
    return { target, container };
  }

  async function presentOf(target: Target, signal: AbortSignal): Promise<Container> {
    const { container } = target;
    const seen = container && (await engine.inspect(container.id, signal));
    if (seen) return seen;
    throw noContainer(target);
  }
}

const DONE = { start: 'started', stop: 'stopped', restart: 'restarted' } as const;

/** Why a declared workload is missing, in words that fit into a sentence. */
export function whyMissing({ name, spec }: Target): string {
  return `there is no container ${spec.container ?? name}`;
}

/** The Problem `missing` for what cannot be done to a workload without a container. */
export function noContainer(target: Target): Problem {
  return new Problem(
    'missing',
    `${target.name} is missing: ${whyMissing(target)}. Make it the way it was made before, such as with: podman-compose up --detach`,
  );
}
