import { join } from 'node:path';
import type { Inspection, LogQuery, Workload } from '#src/operation/tools.ts';
import type { Answer } from '../ask.ts';
import { ask } from '../ask.ts';
import type { Log } from '../log.ts';
import { settle, sightingOf } from '../settle.ts';
import { NO_LIMITS, NOTHING } from '../unseen.ts';
import type { Life } from './life.ts';
import { describeWorkload, healthUrl } from './life.ts';
import { createProcessLog } from './logs.ts';
import type { ProcessSpec } from './spec.ts';
import { createSupervised } from './supervised.ts';
import type { ProcessTable } from './table.ts';
import { aboutProcess, usageOf } from './usage.ts';

const HEALTH_MS = 2000;
const NAME = /^[a-z0-9][a-z0-9_.-]*$/;

/** One workload, and what it shares with the others: the folder of its files, the mark before its name, this program's own argv. */
export interface UnitDeps {
  name: string;
  spec: ProcessSpec;
  stateDir: string;
  markPrefix: string;
  self: readonly string[];
  table: ProcessTable;
  log: Log;
  maxLogBytes: number;
  now: () => number;
}

/** One workload with its life, its health and its log. */
export interface Unit {
  name: string;
  open(): Promise<void>;
  close(): Promise<void>;
  look(signal: AbortSignal): Promise<Workload>;
  inspect(signal: AbortSignal): Promise<Inspection>;
  start(signal: AbortSignal): Promise<Workload>;
  stop(force: boolean, signal: AbortSignal): Promise<Workload>;
  restart(force: boolean, signal: AbortSignal): Promise<Workload>;
  settled(signal: AbortSignal): Promise<Workload>;
  logs(query: LogQuery, signal: AbortSignal): Promise<string>;
  /** What is to be done every few seconds: keep the log, notice an end. */
  follow(signal: AbortSignal): Promise<void>;
}

/** Makes one workload from its spec; its name becomes the names of its files. */
export function createUnit(deps: UnitDeps): Unit {
  const { name, spec, stateDir, now } = deps;
  if (!NAME.test(name)) throw new Error(`"${name}" cannot be the name of a workload`);
  const logPath = join(stateDir, `${name}.log`);
  const recordPath = join(stateDir, `${name}.json`);
  const output = createProcessLog({ path: logPath, maxBytes: deps.maxLogBytes, now });
  const stopPath = join(stateDir, `${name}.stopped`);
  const mark = `${deps.markPrefix}/${name}`;
  const command = spec.command[0] === 'nightguard' ? [...deps.self, ...spec.command.slice(1)] : spec.command;
  const process = createSupervised({
    ...deps,
    command,
    mark,
    logPath,
    recordPath,
    stopPath,
    output,
  });

  return {
    name,
    look,
    inspect,
    open: process.open,
    close: process.close,
    start: async (signal) => describe(await process.start(signal), undefined),
    stop: async (force, signal) => describe(await process.stop(force, signal), undefined),
    restart: async (force, signal) => describe(await process.restart(force, signal), undefined),
    logs: output.read,
    settled: (signal) =>
      settle(
        {
          startTimeout: spec.startTimeout,
          look: async (looking) => sightingOf(await look(looking), spec.health !== undefined),
          busy: process.busy,
          logs: output.read,
          // While it runs, lines of the instance before would mislead.
          sinceMs: ({ state, forMs }) => (state === 'running' ? forMs : undefined),
        },
        signal,
      ),
    async follow(signal) {
      await output.keep(signal);
      await process.life(signal);
    },
  };

  async function look(signal: AbortSignal): Promise<Workload> {
    signal.throwIfAborted();
    const before = await process.life(signal);
    const url = before.state === 'running' ? healthUrl(spec, before.last.port) : undefined;
    if (url === undefined) return describe(before, undefined);
    const answer = await ask(url, HEALTH_MS, signal);
    // It may have ended, or been replaced, while it was asked.
    const after = await process.life(signal);
    return describe(after, after.last === before.last ? answer : undefined);
  }

  async function inspect(signal: AbortSignal): Promise<Inspection> {
    const workload = await look(signal);
    const { state, last } = await process.life(signal);
    const runs = workload.state === 'running' && state === 'running';
    const usage = runs ? await usageOf(deps.table, { group: last.pid, mark }, signal) : NOTHING;
    return { workload, limits: NO_LIMITS, usage, about: aboutProcess(spec, logPath) };
  }

  function describe(life: Life, answer: Answer | undefined): Workload {
    return describeWorkload({ name, spec, life, answer }, now());
  }
}
