import type { Saying } from '#src/wire/event.ts';
import type { WorkOrder } from '#src/wire/order.ts';
import type { Executor, ExecutorDeps } from './executor.ts';
import { createExecutor } from './executor.ts';
import { POLICY_KEY } from './journal/speech.ts';
import type { History } from './journal/timeline.ts';
import type { Journal } from './journal.ts';
import { createJournal } from './journal.ts';
import type { Outbox } from './outbox.ts';

const CLOSE_MS = 30_000;

/** Says and reads in memory while the disk takes nothing; it begins nothing that changes anything. */
export interface Spare {
  take: Executor['take'];
  /** Writes into the real journal what was refused, so that no order of it can begin later. Throws Problem `journal`. */
  handOver(): void;
  /** Ends when all that it said is in the ledger. */
  close(): Promise<void>;
}

/** A spare for an agent whose journal cannot be written. `past` is what that journal last knew about itself, `outboxOf` makes the way to the ledger for a journal. */
export function createSpare(
  deps: ExecutorDeps & { past: History; outboxOf: (journal: Journal) => Outbox; hindrance: () => string },
): Spare {
  const { journal: real, past, policy, now, outboxOf } = deps;
  const memory = createJournal({ file: ':memory:', now });
  memory.remember(POLICY_KEY, policy.hash);
  const ended = new Map<string, { saying: Saying; order: WorkOrder | undefined }>();
  const known = (job: string) => {
    const there = real.knows(job);
    return there === 'never seen' ? memory.knows(job) : there;
  };
  const journal: Journal = {
    ...memory,
    knows: known,
    admitted: real.admitted,
    history: () => ({ ...past, latest: Math.max(past.latest, now()) }),
    compare: () => false,
    finish(job, saying, order) {
      ended.set(job, { saying, order });
      memory.finish(job, saying, order);
    },
  };
  const outbox = outboxOf(memory);
  const executor = createExecutor({ ...deps, journal });

  return {
    take: executor.take,
    handOver() {
      for (const [job, { saying, order }] of ended)
        if (real.knows(job) === 'never seen') real.finish(job, saying, order);
    },
    async close() {
      await executor.settle(CLOSE_MS);
      await outbox.drain(CLOSE_MS);
      outbox.close();
      memory.close();
    },
  };
}
