import type { Catalog } from '#src/catalog.ts';
import { formatDuration } from '#src/kit/duration.ts';
import { shortId } from '#src/wire/ids.ts';
import type { Order } from '#src/wire/order.ts';
import type { Opened } from '#src/wire/seal.ts';
import type { Bench } from './bench.ts';
import { cancellation, neverStarted } from './cancellation.ts';
import { beforeTime, createHubTime, latestFor, pastInDoubt } from './history.ts';
import type { JournalEntry } from './journal/entry.ts';
import type { Journal } from './journal.ts';
import type { Allowed, Bar, Task, Timed } from './judge.ts';
import { judge, taskOf } from './judge.ts';
import type { Lanes } from './lanes.ts';
import type { createStepUps } from './policy/stepups.ts';
import type { Policy } from './policy.ts';
import { expired, found, refused, verified } from './sayings.ts';
import { findOut, lookAgain } from './verify.ts';
import { perform } from './work.ts';

const FORGET_MS = 30_000;

/** What an executor decides with, beside the bench that work is done on. */
export interface ExecutorDeps extends Bench {
  catalog: Catalog;
  policy: Policy;
  lanes: Lanes;
  /** Why nothing can be changed here now; absent: only what the journal says of its past. */
  hindrance?: () => string | undefined;
  /** Of whom an order brings a proof by step-up; absent: of nobody. */
  stepUps?: ReturnType<typeof createStepUps>;
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
  const { node, catalog, policy, journal, lanes, now, stepUps = async () => [] } = deps;
  const running = new Map<string, { stop: AbortController; ended: Promise<void> }>();

  const hubTime = createHubTime();
  const bar = (): Bar => ({
    ...{
      node,
      catalog,
      policy,
      locked: deps.locked,
      now: now(),
      latest: Math.max(hubTime.latest(), latestFor(journal.history(), now())),
    },
    admitted: (asked) => journal.admitted(asked),
  });
  const hindrance = () => deps.hindrance?.() ?? pastInDoubt(journal.history(), now(), node);
  const decide = (asked: Timed): Ruling => {
    const ruling = judge(asked, bar());
    const why = 'task' in ruling && ruling.task.operation.risk !== 'read' ? hindrance() : undefined;
    return why === undefined ? ruling : { saying: refused(asked.job, why) };
  };
  const decideNew = (asked: Timed): Ruling => {
    if (asked.order.seen && journal.compare(asked.order.seen))
      deps.log.error({ job: asked.job }, 'the journal went back in time');
    const why = beforeTime(journal.history(), asked.issuedAt, node);
    return why === undefined ? decide(asked) : { saying: refused(asked.job, why) };
  };
  // What stays is forgotten at the next start.
  const unlessItFails = async (of: string, act: (limit: AbortSignal) => Promise<void>): Promise<void> => {
    try {
      await act(AbortSignal.timeout(FORGET_MS));
    } catch (err) {
      deps.log.warn({ err, of }, 'commands not forgotten');
    }
  };
  const forget = (job: string): Promise<void> =>
    unlessItFails(job, async (limit) => {
      if (deps.errands && journal.knows(job) === 'finished') await deps.errands.forget(job, limit);
    });
  const launch = (job: string, lane: string | undefined, work: (signal: AbortSignal) => Promise<void>): void => {
    const stop = new AbortController();
    const log = deps.log.child({ job });
    const ended = work(stop.signal)
      // Only the journal can fail here: nothing can be said then, and the next start verifies the job.
      .catch((err) => log.error({ err }, 'job left open'))
      .then(() => forget(job))
      .finally(() => {
        running.delete(job);
        if (lane !== undefined) lanes.leave(lane, job);
      });
    running.set(job, { stop, ended });
  };
  const begin = (entry: JournalEntry, allowed: Allowed): void =>
    launch(entry.job, allowed.task.lane, (signal) => perform(deps, entry, allowed, signal));

  const claimLane = (job: string, task: Task): string | undefined => {
    if (task.lane === undefined) return undefined;
    const holder = lanes.take(task.lane, { job, operation: task.operation.name, since: now() });
    if (!holder) return undefined;
    const what = task.lane === '*' ? node : `${task.lane} on ${node}`;
    return `${what} is busy: ${holder.operation} (job ${shortId(holder.job)}) has worked on it for ${formatDuration(now() - holder.since)}. Ask again when it is done.`;
  };

  const acceptOrLeave = (
    { job, order, expiresAt }: Omit<Timed, 'issuedAt' | 'stepups'>,
    { task: { lane }, rule }: Allowed,
  ): void => {
    try {
      journal.accept(job, order, expiresAt, rule);
    } catch (error) {
      if (lane !== undefined) lanes.leave(lane, job);
      throw error;
    }
  };

  const verifyStarted = (entry: JournalEntry): void => {
    const { job, order } = entry;
    const task = taskOf(order, node, catalog);
    deps.log.info({ job, operation: order.operation }, 'verifying');
    if (typeof task === 'string') {
      const because = `It was interrupted, and cannot be verified. ${task}`;
      journal.finish(job, verified(job, { verdict: 'needs human', because }));
    } else {
      claimLane(job, task);
      launch(job, task.lane, () => findOut(deps, entry, task));
    }
  };

  const beginLate = async (entry: JournalEntry): Promise<void> => {
    const { job, order, expiresAt } = entry;
    const stepups = await stepUps(job, order);
    const ruling = decide({ job, order, issuedAt: 0, expiresAt, stepups });
    const busy = 'task' in ruling ? claimLane(job, ruling.task) : undefined;
    deps.log.info({ job, operation: order.operation, busy }, 'taken up again');
    if ('saying' in ruling) journal.finish(job, ruling.saying);
    else if (busy !== undefined) journal.finish(job, refused(job, busy));
    else begin(entry, ruling);
  };

  /** Looks once more at what has ended. It only reads, and is judged so; the lane keeps others from changing meanwhile what it looks at. */
  const lookFor = (job: string, operator: number): void => {
    const entry = journal.ended(job);
    if (!entry) {
      const because = `${node} does not know how it began, so there is nothing to compare with. Look yourself.`;
      journal.say(found(job, { verdict: 'needs human', because }));
      return;
    }
    const look = `look ${job}`;
    if (running.has(look)) return;
    const task = taskOf(entry.order, node, catalog);
    const because =
      typeof task === 'string' ? task : (refusedLook(deps, task, entry, operator) ?? claimLane(look, task));
    if (typeof task === 'string' || because !== undefined) {
      journal.say(found(job, { verdict: 'needs human', because: because ?? '' }));
      return;
    }
    deps.log.info({ job, operator }, 'verifying again');
    launch(look, task.lane, () => lookAgain(deps, entry, task));
  };

  const cancel = ({ job, by, operator }: Extract<Order, { kind: 'cancel' }>): void => {
    const known = journal.knows(job);
    deps.log.info({ job, operator, known }, 'cancelled');
    // Noted as ended, so that its order can come later and never start.
    if (known === 'never seen') journal.finish(job, neverStarted(job, cancellation(by)));
    else running.get(job)?.stop.abort(cancellation(by));
  };

  return {
    async take({ jti: job, issuedAt, expiresAt = 0, body: order }) {
      hubTime.hear(issuedAt);
      if (order.kind === 'query') {
        const { job: about, verify } = order;
        const known = about !== undefined && journal.knows(about) === 'finished';
        answerQuery(journal, about);
        // An old one was answered before, or comes too late to be of use.
        if (known && verify !== undefined && now() < expiresAt) lookFor(about, verify);
        return;
      }
      if (order.kind === 'cancel') return cancel(order);
      // These are for the approver and the lockdown.
      if (order.kind === 'approve' || order.kind === 'lockdown' || order.kind === 'unlock') return;
      if (journal.knows(job) !== 'never seen') return;
      const stepups = await stepUps(job, order);
      if (journal.knows(job) !== 'never seen') return;
      const ruling = decideNew({ job, order, issuedAt, expiresAt, stepups });
      if ('saying' in ruling) return journal.finish(job, ruling.saying, order);
      const busy = claimLane(job, ruling.task);
      if (busy !== undefined) return journal.finish(job, refused(job, busy), order);
      acceptOrLeave({ job, order, expiresAt }, ruling);
      deps.log.info({ job, operation: order.operation, kind: order.kind, operator: order.operator }, 'accepted');
      begin({ job, order, expiresAt, startedAt: undefined, before: undefined, onceStep: undefined }, ruling);
    },

    async recover() {
      const open = journal.open().filter(({ job }) => !running.has(job));
      // Started work is verified under its lane, so that nothing new changes the target meanwhile.
      for (const entry of open.filter(({ startedAt }) => startedAt !== undefined)) verifyStarted(entry);
      for (const entry of open.filter(({ startedAt }) => startedAt === undefined)) await beginLate(entry);
      await unlessItFails('all', async (limit) => {
        await deps.errands?.tidy((job) => journal.knows(job) === 'open', limit);
      });
    },

    async settle(withinMs) {
      const all = Promise.all([...running.values()].map(({ ended }) => ended));
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, withinMs);
      await Promise.race([all, promise]);
      clearTimeout(timer);
    },
  };
}

type Ruling = ReturnType<typeof judge>;

function answerQuery(journal: Journal, job: string | undefined): void {
  if (job === undefined) return;
  const known = journal.knows(job);
  if (known === 'finished') journal.repeat(job);
  if (known === 'never seen')
    journal.finish(job, expired(job, 'It never reached the node and can no longer start there. Ask again.'));
}

/** Why somebody may not have a job looked at again; undefined when they may. */
function refusedLook(
  { policy, journal, now }: ExecutorDeps,
  { operation }: Task,
  { job, order }: JournalEntry,
  operator: number,
): string | undefined {
  const decision = policy.decide({
    ...{ operation: operation.name, target: operation.targetOf(order.input), operator },
    ...{ risk: 'read' as const, evidence: undefined, at: now() },
    admitted: (rule, since) => journal.admitted({ rule, operator, since, except: job }),
  });
  return decision.allowed ? undefined : decision.sentence;
}
