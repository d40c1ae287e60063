import type { Order } from '#src/wire/order.ts';
import type { Opened } from '#src/wire/seal.ts';
import type { Bench } from './bench.ts';
import { cancellation, neverStarted } from './cancellation.ts';
import type { JournalEntry } from './journal/entry.ts';
import type { Journal } from './journal.ts';
import type { Allowed } from './judge.ts';
import type { Lanes } from './lanes.ts';
import type { StepUps } from './policy/stepups.ts';
import { recoverOpen } from './recovery.ts';
import type { RulingDeps } from './rulings.ts';
import { createRulings } from './rulings.ts';
import { createRunning } from './running.ts';
import { expired, refused } from './sayings.ts';
import { lookFor } from './secondLook.ts';
import { perform } from './work.ts';

/** What an executor decides with, beside the bench that work is done on. */
export interface ExecutorDeps extends Bench, RulingDeps {
  lanes: Lanes;
  /** Stops what this node does by itself and an operation must not wait for; resolves when that has ended, undefined when there is nothing. */
  makeWay?: (operation: string) => Promise<void> | undefined;
  /** Of whom an order brings a proof by step-up; absent: of nobody. */
  stepUps?: StepUps;
}

/** Carries out orders: each job at most once, each with one verdict. */
export interface Executor {
  /** Accepts or refuses an order, durably, before it resolves; the work itself goes on behind. */
  take(order: Opened<Order>): Promise<void>;
  /** Ends what an earlier life of this agent, or a disk that took nothing, left open: unstarted work runs if it is still in time, started work is verified. */
  recover(): Promise<void>;
  /** Resolves when nothing runs any more, or after `withinMs`. */
  settle(withinMs: number): Promise<void>;
}

/** The executor of one agent. */
export function createExecutor(deps: ExecutorDeps): Executor {
  const { journal, now, log, stepUps = async () => [] } = deps;
  const running = createRunning(deps);
  const rulings = createRulings(deps);

  const begin = (entry: JournalEntry, allowed: Allowed, way?: Promise<void>): void =>
    running.launch(entry.job, allowed.task, async (signal) => {
      if (way) await way;
      await perform(deps, entry, allowed, signal);
    });

  const accept = (
    { job, order, expiresAt }: Pick<JournalEntry, 'job' | 'order' | 'expiresAt'>,
    allowed: Allowed,
    way: Promise<void> | undefined,
  ) => {
    try {
      journal.accept(job, order, expiresAt, allowed);
    } catch (error) {
      running.leave(job, allowed.task);
      throw error;
    }
    log.info({ job, operation: order.operation, kind: order.kind, operator: order.operator }, 'accepted');
    begin({ job, order, expiresAt, startedAt: undefined, before: undefined, onceStep: undefined }, allowed, way);
  };

  const cancel = ({ job, by, operator }: Extract<Order, { kind: 'cancel' }>): void => {
    const known = journal.knows(job);
    log.info({ job, operator, known }, 'cancelled');
    const entry = { decision: 'cancel asked', source: 'order', operator, job };
    const stopped = running.stop(job, cancellation(by));
    // Noted as ended, so that its order can come later, or be taken up again, and never start.
    const ended = known === 'never seen' || (!running.has(job) && isUnstarted(journal, job));
    if (stopped || ended) journal.note(entry);
    if (ended) journal.finish(job, neverStarted(job, cancellation(by)));
  };

  const query = ({ job, verify }: Extract<Order, { kind: 'query' }>, expiresAt: number): void => {
    if (job === undefined) return;
    const known = journal.knows(job);
    if (known === 'never seen')
      journal.finish(job, expired(job, 'It never reached the node and can no longer start there. Ask again.'));
    if (known !== 'finished') return;
    journal.repeat(job);
    // An old one was answered before, or comes too late to be of use.
    if (verify !== undefined && now() < expiresAt) lookFor({ ...deps, running }, job, verify);
  };

  return {
    async take({ jti: job, issuedAt, expiresAt = 0, body: order }) {
      rulings.hear(issuedAt);
      if (order.kind === 'query') return query(order, expiresAt);
      if (order.kind === 'cancel') return cancel(order);
      // These are for the approver and the lockdown.
      if (order.kind === 'approve' || order.kind === 'lockdown' || order.kind === 'unlock') return;
      if (journal.knows(job) !== 'never seen') return;
      const stepups = await stepUps(job, order);
      if (journal.knows(job) !== 'never seen') return;
      const ruling = rulings.ofNew({ job, order, issuedAt, expiresAt, stepups });
      if ('saying' in ruling) return journal.finish(job, ruling.saying, order);
      const way = deps.makeWay?.(order.operation);
      const busy = running.claim(job, ruling.task);
      if (busy !== undefined) return journal.finish(job, refused(job, busy), order);
      accept({ job, order, expiresAt }, ruling, way);
    },
    recover: () => recoverOpen({ ...deps, running, rulings, stepUps, begin }),
    settle: running.settle,
  };
}

function isUnstarted(journal: Journal, job: string): boolean {
  return journal.open().some((entry) => entry.job === job && entry.startedAt === undefined);
}
