import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { sentenceOf } from '#src/kit/problem.ts';
import type { Workloads } from '#src/operation/tools.ts';
import type { Log } from '../log.ts';
import { unknownTarget } from '../unknownTarget.ts';
import type { ProcessSpec } from './spec.ts';
import { systemTable } from './systemTable.ts';
import type { Unit } from './unit.ts';
import { createUnit } from './unit.ts';

/** What the workloads of a node need. `stateDir` belongs to one agent at a time; `self` is the argv of this program; the rest is for tests. */
export interface ProcessWorkloadsDeps {
  specs: Record<string, ProcessSpec>;
  stateDir: string;
  self: readonly string[];
  log: Log;
  maxLogBytes?: number;
  followMs?: number;
  now?: () => number;
}

/** Workloads that are plain processes, kept by this agent but outliving it. */
export interface ProcessWorkloads extends Workloads {
  /** Takes over what still runs and starts the rest, but for those that somebody stopped; what cannot start is logged and shows as failed. */
  open(): Promise<void>;
  /** Stops all of them, gracefully; failures are logged. */
  close(): Promise<void>;
}

/** Runs the declared workloads as child processes, each in a session of its own. */
export function createProcessWorkloads(deps: ProcessWorkloadsDeps): ProcessWorkloads {
  const { stateDir, self, log, maxLogBytes = 10_000_000, followMs = 5000, now = Date.now } = deps;
  const shared = { stateDir, self, log, maxLogBytes, now, table: systemTable(), markPrefix: markOf(stateDir) };
  const units = Object.entries(deps.specs).map(([name, spec]) => createUnit({ ...shared, name, spec }));
  const told = new Map<string, string>();
  let follower: NodeJS.Timeout | undefined;

  return {
    async open() {
      await mkdir(stateDir, { recursive: true, mode: 0o700 });
      follower ??= setInterval(() => void follow(), followMs).unref();
      await forAll((unit) => unit.open(), 'workload not started');
    },
    async close() {
      clearInterval(follower);
      await forAll((unit) => unit.close(), 'workload not stopped');
    },
    list: (signal) => Promise.all(units.map((unit) => unit.look(signal))),
    get: async (name, signal) => find(name).look(signal),
    inspect: async (name, signal) => find(name).inspect(signal),
    start: async (name, signal) => find(name).start(signal),
    stop: async (name, { force }, signal) => find(name).stop(force, signal),
    logs: async (name, query, signal) => find(name).logs(query, signal),
    restart: async (name, { force }, signal) => find(name).restart(force, signal),
    settled: async (name, signal) => find(name).settled(signal),
  };

  function find(name: string): Unit {
    const unit = units.find((one) => one.name === name);
    if (unit) return unit;
    const names = units.map((one) => one.name);
    throw unknownTarget(name, names);
  }

  function follow(): Promise<void> {
    const signal = AbortSignal.timeout(60_000);
    return forAll((unit) => unit.follow(signal), 'workload not followed');
  }

  async function forAll(act: (unit: Unit) => Promise<void>, failed: string): Promise<void> {
    await Promise.all(units.map((unit) => act(unit).catch((error: unknown) => tell(unit, failed, sentenceOf(error)))));
  }

  // A full disk says the same every few seconds; once will do.
  function tell(unit: Unit, failed: string, reason: string): void {
    if (told.get(unit.name) === reason) return;
    told.set(unit.name, reason);
    log.error({ workload: unit.name, reason }, failed);
  }
}

// Two agents of one user on one machine keep to their own: the mark holds the folder.
function markOf(stateDir: string): string {
  return createHash('sha256').update(resolve(stateDir)).digest('hex').slice(0, 16);
}
