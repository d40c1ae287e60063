import type { Executor, ExecutorDeps } from './executor.ts';
import { createExecutor } from './executor.ts';
import { journalFails } from './journal/file.ts';
import type { Journal } from './journal.ts';
import type { Outbox } from './outbox.ts';
import type { Spare } from './spare.ts';
import { createSpare } from './spare.ts';

/** An executor that goes on answering while its journal cannot be written: changes are refused, what only reads is done. */
export interface Standby extends Executor {
  /** Tidies the journal and, when the disk takes it again, goes back to work and ends what was left open. */
  mend(): Promise<void>;
  /** Ends when everything that was said in memory is in the ledger. */
  close(): Promise<void>;
}

/** The executor of one agent with its stand-in. `outboxOf` makes the way to the ledger for a journal in memory. */
export function createStandby(deps: ExecutorDeps & { outboxOf: (journal: Journal) => Outbox }): Standby {
  const { node, journal, log } = deps;
  const executor = createExecutor(deps);
  const past = journal.history();
  const hindrance = () =>
    `${node} cannot write its journal, so it changes nothing: nothing was started. Look at its disk space and file system, then ask again.`;
  let spare: Spare | undefined;
  let closing: Promise<unknown> = Promise.resolve();

  const unlessItFails = async <T>(act: () => T | Promise<T>): Promise<boolean> => {
    try {
      await act();
      return true;
    } catch (err) {
      if (!journalFails(err)) throw err;
      if (!spare) log.error({ err }, 'the journal cannot be written; changes are refused');
      return false;
    }
  };
  const back = async (): Promise<boolean> => {
    const works = await unlessItFails(() => {
      journal.tidy();
      spare?.handOver();
    });
    if (!works || !spare) return works;
    log.warn('the journal can be written again');
    closing = Promise.all([closing, spare.close()]);
    spare = undefined;
    return true;
  };

  return {
    async take(order) {
      if (!spare || (await back())) if (await unlessItFails(() => executor.take(order))) return;
      spare ??= createSpare({ ...deps, past, hindrance });
      await unlessItFails(() => spare?.take(order));
    },
    async mend() {
      if (await back()) await unlessItFails(() => executor.recover());
    },
    async recover() {
      await unlessItFails(() => executor.recover());
    },
    settle: executor.settle,
    async close() {
      await Promise.all([closing, spare?.close()]);
    },
  };
}
