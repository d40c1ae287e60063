import type { Input } from '#src/operation/args.ts';
import type { Operation } from '#src/operation/define.ts';
import type { Thresholds, Tools, Vaults, Workload, Workloads } from '#src/operation/tools.ts';

/** A workload that runs and is healthy, but for what a test says. */
export function workload(more: Partial<Workload> = {}): Workload {
  return {
    name: 'web',
    engine: 'process',
    state: 'running',
    expected: true,
    healthy: true,
    instance: '1@a',
    forMs: 60_000,
    restarts: undefined,
    detail: 'pid 1',
    ...more,
  };
}

/** The thresholds of a configuration that names none. */
export const THRESHOLDS: Thresholds = {
  diskFreeGb: 10,
  diskCleanPercent: 60,
  diskAlertPercent: 75,
  diskPanicPercent: 85,
  memoryPercent: 80,
  endpointP95Ms: 500,
  endpointErrorPercent: 1,
};

/** Tools of a node; what a test does not give throws when it is touched. */
export function toolsWith(
  given: Partial<Omit<Tools, 'workloads' | 'vaults'>> & { workloads?: Partial<Workloads>; vaults?: Partial<Vaults> },
): Tools {
  return given as Tools;
}

/** Runs an operation as the agent does; answers with its result, the steps it took and the notes it left. */
export async function runWith(operation: Operation, input: Input, tools: Tools, before: unknown = {}) {
  const steps: string[] = [];
  const notes: string[] = [];
  const result = await operation.run({
    params: operation.parse(input),
    tools,
    before,
    step: async (key, act) => {
      steps.push(key);
      return await act();
    },
    note: (text) => void notes.push(text),
    signal: new AbortController().signal,
  });
  return { result, steps, notes };
}

/** The image from before a job, drawn as the agent does it: what the plan binds is known. */
export async function beforeOf(operation: Operation, input: Input, tools: Tools): Promise<unknown> {
  const work = workOf(operation, input, tools);
  const { binds: bound } = await operation.plan(work);
  return await operation.before({ ...work, bound });
}

/** The reply of an operation, run with its image from before unless one is given. */
export async function tell(operation: Operation, input: Input, on: { node?: string; tools: Tools; before?: unknown }) {
  const { node = 'alpha', tools } = on;
  const before = on.before ?? (operation.risk === 'read' ? undefined : await beforeOf(operation, input, tools));
  const { result } = await runWith(operation, input, tools, before);
  return operation.report({ node, params: operation.parse(input), result, tookMs: 1200 });
}

/** What plan and verify are called with. */
export function workOf(operation: Operation, input: Input, tools: Tools) {
  return { params: operation.parse(input), tools, signal: new AbortController().signal };
}
