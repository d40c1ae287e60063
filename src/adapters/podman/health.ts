import { orAborted } from '../orAborted.ts';
import type { Engine } from './engine.ts';
import type { Container } from './shapes.ts';

const USUAL_MS = 30_000;
const FIRST_AFTER_MS = 500;
const WAIT_MS = 1000;
const GRACE_MS = 3000;
const MOST_KEPT = 1000;

/** The figures of a container's health check, with the engines' defaults in place; undefined when none is declared. */
export function healthCheckOf({ Config }: Container) {
  const { Test, Interval = 0, Timeout = 0, Retries = 0 } = Config.Healthcheck ?? {};
  if (!Test?.[0] || Test[0] === 'NONE') return undefined;
  return { intervalMs: Interval / 1e6 || USUAL_MS, timeoutMs: Timeout / 1e6 || USUAL_MS, retries: Retries || 3 };
}

/** The last result of its health check since it was started; undefined when there is none yet. */
export function lastResult({ State }: Container) {
  const results = (State.Health?.Log ?? []).filter(({ End }) => (End ?? 0) >= (State.StartedAt ?? 0));
  return results.toSorted((a, b) => (a.End ?? 0) - (b.End ?? 0)).at(-1);
}

/** Keeps health checks going where the engine does not: Podman leaves them to timers of systemd, which not every machine has. */
export interface HealthChecks {
  /** Runs a check that is overdue, once, and waits a little for it; true when one has ended. Failures are the engine's to record. */
  refresh(container: Container, signal: AbortSignal): Promise<boolean>;
}

/** Makes it for one engine; `now` is ms since 1970. */
export function createHealthChecks(engine: Engine, now: () => number): HealthChecks {
  const asked = new Map<string, number>();
  return {
    async refresh(container, signal) {
      const { Id, State } = container;
      const check = healthCheckOf(container);
      if (!check || State.Status !== 'running') return false;
      const result = lastResult(container);
      // Shortly after a start a timer may be about to ask by itself.
      const due = result ? (result.End ?? 0) + check.intervalMs : (State.StartedAt ?? 0) + FIRST_AFTER_MS;
      if (now() < due) return false;
      // One that hangs, or that this engine does not run for us, is not asked for again at every look.
      const before = asked.get(Id) ?? 0;
      if (before >= (State.StartedAt ?? 0) && now() < before + check.intervalMs) return false;
      if (asked.size >= MOST_KEPT) asked.clear();
      asked.set(Id, now());
      return waitABit(run(Id, check.timeoutMs), signal);
    },
  };

  // With a limit of its own and not that of who asked: the engine would go on with it anyway.
  async function run(id: string, timeoutMs: number): Promise<boolean> {
    try {
      await engine.check(id, timeoutMs + GRACE_MS, AbortSignal.timeout(timeoutMs + 2 * GRACE_MS));
      return true;
    } catch {
      return false;
    }
  }

  async function waitABit(ended: Promise<boolean>, signal: AbortSignal): Promise<boolean> {
    const enough = AbortSignal.timeout(WAIT_MS);
    try {
      return await orAborted(ended, AbortSignal.any([signal, enough]));
    } catch (error) {
      signal.throwIfAborted();
      if (!enough.aborted) throw error;
      return false;
    }
  }
}
