import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { z } from 'zod';
import { ProcessSpec } from '#src/adapters/process/spec.ts';
import type { ProcessWorkloads, ProcessWorkloadsDeps } from '#src/adapters/process/workloads.ts';
import { createProcessWorkloads } from '#src/adapters/process/workloads.ts';
import { patience, temporaryFolder } from '../temporary.ts';

/** Workloads as a configuration file declares them. */
export type Specs = Record<string, z.input<typeof ProcessSpec>>;

/** The demo workload, as `nightguard demo` would start it. */
export const DEMO: Specs[string] = { command: ['nightguard'], port: 'auto', health: '/health' };

/** What `nightguard` stands for in a test. */
export const SELF = [process.execPath, fileURLToPath(new URL('../../../bin/demo.mjs', import.meta.url))];

/** Workloads in a folder of their own, not yet started, with what they logged; all is stopped when the test is over. */
export async function makeProcesses(specs: Specs, options: Partial<ProcessWorkloadsDeps> = {}) {
  const stateDir = options.stateDir ?? join(await temporaryFolder(), randomUUID());
  const logged: string[] = [];
  const note = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const parsed = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, ProcessSpec.parse(spec)]));
  const log = { info: note, warn: note, error: note };
  const workloads = createProcessWorkloads({ specs: parsed, stateDir, self: SELF, log, ...options });
  onTestFinished(() => workloads.close());
  return { workloads, stateDir, logged };
}

/** The process of a workload, from its instance. */
export async function pidOf(workloads: ProcessWorkloads, name: string): Promise<number> {
  const { instance } = await workloads.get(name, patience());
  return Number(instance?.split('@')[0]);
}

/** How often a workload's program was started, by what it writes at each start. */
export async function startsIn(stateDir: string, name: string, mark: string): Promise<number> {
  const text = await readFile(join(stateDir, `${name}.log`), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line.includes(mark)).length;
}
