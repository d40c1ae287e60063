import { z } from 'zod';
import type { Workloads } from '#src/operation/tools.ts';
import type { Journal } from '../journal.ts';

const Names = z.array(z.string());
const KEY = 'stopped on purpose';

/** Workloads that remember which of them a person has stopped here, so that nobody is woken for it; any start forgets it. */
export function rememberStops(
  workloads: Workloads,
  journal: Journal,
): Workloads & { isStopped(name: string): boolean } {
  const read = (): string[] => Names.parse(JSON.parse(journal.recall(KEY) ?? '[]'));
  const write = (name: string, stopped: boolean): void => {
    const others = read().filter((each) => each !== name);
    journal.remember(KEY, JSON.stringify(stopped ? [...others, name] : others));
  };
  return {
    ...workloads,
    isStopped: (name) => read().includes(name),
    async stop(name, options, signal) {
      const stopped = await workloads.stop(name, options, signal);
      write(stopped.name, true);
      return stopped;
    },
    async start(name, signal) {
      const started = await workloads.start(name, signal);
      write(started.name, false);
      return started;
    },
    async restart(name, options, signal) {
      const restarted = await workloads.restart(name, options, signal);
      write(restarted.name, false);
      return restarted;
    },
  };
}
