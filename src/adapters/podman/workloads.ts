import { formatDuration } from '#src/kit/duration.ts';
import { sentenceOf } from '#src/kit/problem.ts';
import type { Inspection, LogQuery, Workload, Workloads } from '#src/operation/tools.ts';
import { createCommand } from '../command.ts';
import type { Log } from '../log.ts';
import type { Sighting } from '../settle.ts';
import { settle, sightingOf } from '../settle.ts';
import { describeUnseen, NO_LIMITS, NOTHING } from '../unseen.ts';
import { aboutContainer } from './about.ts';
import type { Wish } from './control.ts';
import { createControl, noContainer, whyMissing } from './control.ts';
import { describeContainer } from './describe.ts';
import { createEngine } from './engine.ts';
import { createHealthChecks, healthCheckOf } from './health.ts';
import { limitsOf, usageOf } from './limits.ts';
import { readLog } from './logs.ts';
import type { Container } from './shapes.ts';
import { socketOf } from './socket.ts';
import type { PodmanSpec } from './spec.ts';
import type { Target } from './targets.ts';
import { createTargets } from './targets.ts';

/** How long one container may take in a list. */
const LOOK_MS = 2500;
// An engine notes the start a little after the program has begun to write.
const EARLIER_MS = 1000;

/** What the workloads of an engine need. `socket` undefined: it is found; `discover`: also show containers that are not declared; the rest is for tests. */
export interface PodmanWorkloadsDeps {
  specs: Readonly<Record<string, PodmanSpec>>;
  socket: string | undefined;
  discover: boolean;
  log: Log;
  now?: () => number;
}

/** Workloads that are containers. */
export interface PodmanWorkloads extends Workloads {
  /** Lets go of the engine; the containers stay as they are. */
  close(): Promise<void>;
}

/** The containers of Podman, or of what else speaks Docker's API over a unix socket. Nothing of it is loaded or asked before the first call. */
export function createPodmanWorkloads(deps: PodmanWorkloadsDeps): PodmanWorkloads {
  const { specs, socket, discover, log, now = Date.now } = deps;
  const declared = new Map(Object.entries(specs));
  const finding = { command: createCommand(), platform: process.platform };
  const engine = createEngine(async (signal) => socket ?? socketOf(process.env, finding, signal));
  const targets = createTargets(engine, declared, discover);
  const checks = createHealthChecks(engine, now);
  const control = createControl({ engine, targets, log });

  return {
    async list(signal) {
      try {
        const all = await targets.all(signal);
        const seen = await Promise.all(all.map((target) => seeOrSay(target, signal)));
        return seen.filter((one) => one !== undefined);
      } catch (error) {
        signal.throwIfAborted();
        return [...declared.keys()].map((name) =>
          describeUnseen({ name, engine: 'podman', expected: true }, 'unknown', sentenceOf(error)),
        );
      }
    },
    get: async (name, signal) => (await see(await targets.find(name, signal), signal)).workload,
    inspect: async (name, signal) => inspect(await targets.find(name, signal), signal),
    logs,
    start: (name, signal) => act(name, { kind: 'start', force: false }, signal),
    stop: (name, { force }, signal) => act(name, { kind: 'stop', force }, signal),
    restart: (name, { force }, signal) => act(name, { kind: 'restart', force }, signal),
    async settled(name, signal) {
      const { spec } = await targets.find(name, signal);
      const settling = {
        startTimeout: spec.startTimeout,
        look: async (looking: AbortSignal) => seePresent(await targets.find(name, looking), looking),
        busy: () => control.busy(name),
        logs: (query: LogQuery, reading: AbortSignal) => logs(name, query, reading),
        // While it runs, lines of the instance before would mislead.
        sinceMs: ({ state, forMs }: Workload) =>
          state === 'running' && forMs !== undefined ? forMs + EARLIER_MS : undefined,
      };
      return settle(settling, signal);
    },
    close: async () => engine.close(),
  };

  async function see(
    target: Target,
    signal: AbortSignal,
  ): Promise<{ workload: Workload; container: Container | undefined }> {
    const id = target.container?.id;
    let container = id === undefined ? undefined : await engine.inspect(id, signal);
    if (id !== undefined && container && (await checks.refresh(container, signal)))
      container = await engine.inspect(id, signal);
    return { workload: describe(target, container), container };
  }

  async function seePresent(target: Target, signal: AbortSignal): Promise<Sighting> {
    const { workload, container } = await see(target, signal);
    if (!container) throw noContainer(target);
    return sightingOf(workload, healthCheckOf(container) !== undefined);
  }

  // One that cannot be looked at must not hide the others; one that was only found and is gone again is nobody's loss.
  async function seeOrSay(target: Target, signal: AbortSignal): Promise<Workload | undefined> {
    const enough = AbortSignal.timeout(LOOK_MS);
    try {
      const { workload, container } = await see(target, AbortSignal.any([signal, enough]));
      return container || target.expected ? workload : undefined;
    } catch (error) {
      signal.throwIfAborted();
      const reason = enough.aborted ? `its engine did not tell within ${formatDuration(LOOK_MS)}` : sentenceOf(error);
      return describeUnseen({ ...target, engine: 'podman' }, 'unknown', reason);
    }
  }

  async function logs(name: string, query: LogQuery, signal: AbortSignal): Promise<string> {
    const target = await targets.find(name, signal);
    const container = target.container && (await engine.inspect(target.container.id, signal));
    if (!container) throw noContainer(target);
    return readLog({ engine, container, now: now() }, query, signal);
  }

  async function inspect(target: Target, signal: AbortSignal): Promise<Inspection> {
    const { workload, container } = await see(target, signal);
    if (!container) return { workload, limits: NO_LIMITS, usage: NOTHING, about: [] };
    const usage = workload.state === 'running' ? await usageOf(engine, container.Id, signal) : NOTHING;
    return { workload, limits: limitsOf(container), usage, about: aboutContainer(container) };
  }

  async function act(name: string, wish: Wish, signal: AbortSignal): Promise<Workload> {
    const { target, container } = await control.act(name, wish, signal);
    return describe(target, container);
  }

  function describe(target: Target, container: Container | undefined): Workload {
    if (!container) return describeUnseen({ ...target, engine: 'podman' }, 'missing', whyMissing(target));
    return describeContainer(container, { ...target, halted: control.halted(target.name) }, now());
  }
}
