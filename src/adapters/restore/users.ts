import { Problem, sentenceOf } from '#src/kit/problem.ts';
import type { Woken } from '#src/operation/restores.ts';
import type { Workloads } from '#src/operation/tools.ts';

/** Those of some workloads that run now. */
export async function runningOf(
  workloads: Workloads,
  names: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const all = await Promise.all(names.map((name) => workloads.get(name, signal)));
  return names.filter((_, index) => all[index]?.state === 'running');
}

/** Stops workloads in their order; the first that does not stop ends it. */
export async function pause(workloads: Workloads, names: readonly string[], signal: AbortSignal): Promise<void> {
  for (const name of names) await workloads.stop(name, { force: false }, signal);
}

/** Starts workloads, the last that was stopped first, and waits until each is healthy; one that is not does not keep the others down. */
export async function resume(workloads: Workloads, names: readonly string[], signal: AbortSignal): Promise<Woken> {
  const outcome: Woken = { resumed: [], unwell: [] };
  for (const name of names.toReversed()) {
    try {
      await workloads.start(name, signal);
      await workloads.settled(name, signal);
      outcome.resumed.push(name);
    } catch (error) {
      outcome.unwell.push({ name, reason: sentenceOf(error).slice(0, 300) });
    }
  }
  return outcome;
}

/** A failure, and a workload that it left stopped. */
export function notBack(error: unknown, { name, reason }: Woken['unwell'][number]): Problem {
  const words = `${sentenceOf(error)} And ${name} did not come back: ${reason}`;
  return new Problem(error instanceof Problem ? error.code : 'backup', words, { cause: error });
}
