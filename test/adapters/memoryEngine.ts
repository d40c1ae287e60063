import { unknownTarget } from '#src/adapters/unknownTarget.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Engine, Workload, Workloads } from '#src/operation/tools.ts';

/** An engine in memory, whose silence a test commands: `asked` holds the changes, `found` what nobody declared. */
export function memoryEngine(engine: Engine, declared: readonly string[], found: string[]) {
  const asked: string[] = [];
  const stopped = new Set<string>();
  let silent: 'hangs' | 'fails' | undefined;
  let lists = 0;
  const one = (name: string): Workload => ({
    name,
    engine,
    state: stopped.has(name) ? 'stopped' : 'running',
    expected: declared.includes(name),
    healthy: undefined,
    instance: `${name}@1`,
    forMs: 1000,
    restarts: 0,
    detail: undefined,
  });
  const get = async (name: string) => {
    const names = [...declared, ...found];
    if (!names.includes(name)) throw unknownTarget(name, names);
    return one(name);
  };
  const change = (what: string, after: (name: string) => void) => async (name: string) => {
    await get(name);
    asked.push(`${what} ${name}`);
    after(name);
    return one(name);
  };
  const run = (name: string) => void stopped.delete(name);
  const limits = { memoryBytes: 1e9, reservedBytes: undefined, swapBytes: undefined, cpus: 1, pids: 100 };
  const workloads: Workloads = {
    async list() {
      lists += 1;
      if (silent === 'hangs') return await new Promise(() => {});
      if (silent === 'fails') throw new Problem('engine', 'The socket is gone.');
      return [...declared, ...found].map(one);
    },
    get,
    inspect: async (name) => ({
      workload: await get(name),
      limits,
      usage: { memoryBytes: 5e8, cpuPercent: 10, pids: 3 },
      about: [],
    }),
    logs: async (name) => `log of ${(await get(name)).name}`,
    start: change('start', run),
    stop: change('stop', (name) => void stopped.add(name)),
    restart: change('restart', run),
    settled: get,
  };
  return {
    workloads,
    asked,
    found,
    listed: () => lists,
    silence: (how: typeof silent) => {
      silent = how;
    },
  };
}
