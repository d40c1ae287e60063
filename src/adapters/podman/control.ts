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
    async act(name, wish, signal) {
      await targets.find(name, signal);
      const lane = lanes.get(name) ?? createLane();
      lanes.set(name, lane);
      // The lane is held until the engine has answered, also when nobody waits for it any more.
      return orAborted(
        lane.run(() => perform(name, wish), signal),
        signal,
      );
    },
    busy: (name) => lanes.get(name)?.busy() ?? false,
    halted: (name) => halted.get(name),
  };

  async function perform(name: string, { kind, force }: Wish) {
    // While it waited for its turn it may have been removed, or made anew.
    const target = await targets.find(name, AbortSignal.timeout(LOOKS_MS));
    const before = await presentOf(target);
    const { Status } = before.State;
    const runs = RUNNING.includes(Status);
    // One that is about to be restarted by the engine does not run, and can still be stopped.
    const done = kind === 'start' ? runs : kind === 'stop' && !runs && Status !== 'restarting';
    if (done || !target.container) return { target, container: before };
    const graceMs = force ? 0 : target.spec.stopTimeout;
    const act = kind === 'start' ? { kind } : { kind, graceMs };
    await engine.act(target.container, act, AbortSignal.timeout(graceMs + LOOKS_MS));
    const container = await presentOf(target);
    if (kind === 'stop') halted.set(name, instanceOf(container));
    log.info({ workload: name, container: container.Id.slice(0, 12), force }, `workload ${DONE[kind]}`);
    return { target, container };
  }

  async function presentOf(target: Target): Promise<Container> {
    const { container } = target;
    const seen = container && (await engine.inspect(container.id, AbortSignal.timeout(LOOKS_MS)));
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
