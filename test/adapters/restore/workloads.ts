import { Problem } from '#src/kit/problem.ts';
import type { Workloads } from '#src/operation/tools.ts';
import { toolsWith, workload } from '../../handlers/tools.ts';

/** Workloads in memory: what runs, what was done with them in order, and which of them never become healthy. */
export function memoryWorkloads(running: string[], sick: string[] = []) {
  const up = new Set(running);
  const log: string[] = [];
  const seen = (name: string) => workload({ name, state: up.has(name) ? 'running' : 'stopped' });
  const { workloads } = toolsWith({
    workloads: {
      get: async (name) => seen(name),
      stop: async (name) => {
        log.push(`stop ${name}`);
        up.delete(name);
        return seen(name);
      },
      start: async (name) => {
        log.push(`start ${name}`);
        up.add(name);
        return seen(name);
      },
      settled: async (name) => {
        if (sick.includes(name)) throw new Problem('unhealthy', `${name} does not run. Read its log.`);
        return seen(name);
      },
    },
  });
  return { workloads: workloads as Workloads, log, up, sick };
}
