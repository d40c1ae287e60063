import { Problem } from '#src/kit/problem.ts';
import type { Tools, Workload, Workloads } from '#src/operation/tools.ts';
import { THRESHOLDS, toolsWith, workload } from '../../handlers/tools.ts';

/** One thing that was done to the recorded world, or looked at there. */
export interface Effect {
  act: keyof Workloads | 'host' | 'endpoints' | 'links' | 'vaults';
  target: string | undefined;
}

/** Tools of a node with some workloads; everything that is asked of them is written down. */
export function recordingTools(names: readonly string[]): { tools: Tools; effects: Effect[] } {
  const effects: Effect[] = [];
  const lives = new Map(names.map((name) => [name, 1]));
  /** Writes it down, and answers with what the node finds. */
  const note = <T>(act: Effect['act'], target: string | undefined, found: () => T): T => {
    effects.push({ act, target });
    return found();
  };
  const now = (name: string): Workload => {
    const life = lives.get(name);
    if (life === undefined) throw new Problem('unknown-target', `There is no ${name} here.`);
    return workload({ name, instance: `${life}@a` });
  };
  const renew = (name: string): Workload => {
    now(name);
    lives.set(name, (lives.get(name) ?? 0) + 1);
    return now(name);
  };
  const workloads: Workloads = {
    list: async () => note('list', undefined, () => names.map(now)),
    get: async (name) => note('get', name, () => now(name)),
    inspect: async (name) =>
      note('inspect', name, () => ({ workload: now(name), limits: NONE, usage: NONE, about: [] })),
    logs: async (name) => note('logs', name, () => now(name).name),
    start: async (name) => note('start', name, () => now(name)),
    stop: async (name) => note('stop', name, () => now(name)),
    restart: async (name) => note('restart', name, () => renew(name)),
    settled: async (name) => note('settled', name, () => now(name)),
  };
  const nowhere = (): never => {
    throw new Problem('unreachable', 'There is no machine here.');
  };
  const tools = toolsWith({
    workloads,
    host: { read: async () => note('host', undefined, nowhere) },
    endpoints: { probe: async () => note('endpoints', undefined, () => []) },
    links: {
      ledger: async () => note('links', 'ledger', () => 1),
      telegram: async () => note('links', 'telegram', () => 1),
    },
    vaults: { look: async () => note('vaults', undefined, () => []) },
    thresholds: THRESHOLDS,
  });
  return { tools, effects };
}

/** Neither limits nor usage are known. */
const NONE = {
  ...{ memoryBytes: undefined, reservedBytes: undefined, swapBytes: undefined },
  ...{ cpus: undefined, pids: undefined, cpuPercent: undefined },
};
