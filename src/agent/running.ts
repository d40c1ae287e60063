import { formatDuration } from '#src/kit/duration.ts';
import type { Problem } from '#src/kit/problem.ts';
import { shortId } from '#src/wire/ids.ts';
import type { Bench } from './bench.ts';
import type { Task } from './judge.ts';
import type { Lanes } from './lanes.ts';

const FORGET_MS = 30_000;

/** The work that goes on in this agent, each change under the lane of its target. */
export interface Running {
  has(job: string): boolean;
  /** Takes the lane that a task needs; answers with the sentence that says who has it, and nothing is taken then. */
  claim(job: string, task: Task): string | undefined;
  /** Gives back the lane of a job that is not launched after all. */
  leave(job: string, task: Task): void;
  /** Lets work go on behind, until it ends; then its lane is free. */
  launch(job: string, task: Task, work: (signal: AbortSignal) => Promise<void>): void;
  /** Tells the work of a job to stop; false when there is none, or it was told before. */
  stop(job: string, why: Problem): boolean;
  /** Resolves when nothing runs any more, or after `withinMs`. */
  settle(withinMs: number): Promise<void>;
  /** Forgets the commands of all jobs that have ended. */
  tidy(): Promise<void>;
}

/** The work of one agent: nothing at first. */
export function createRunning(deps: Omit<Bench, 'tools' | 'locked'> & { lanes: Lanes }): Running {
  const { node, journal, errands, lanes, now } = deps;
  const running = new Map<string, { stop: AbortController; ended: Promise<void> }>();

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
      if (errands && journal.knows(job) === 'finished') await errands.forget(job, limit);
    });
  const leave = (job: string, { lane }: Task): void => {
    if (lane !== undefined) lanes.leave(lane, job);
  };

  return {
    has: (job) => running.has(job),
    claim(job, { lane, operation }) {
      if (lane === undefined) return undefined;
      const holder = lanes.take(lane, { job, operation: operation.name, since: now() });
      if (!holder) return undefined;
      const what = lane === '*' ? node : `${lane} on ${node}`;
      const who = holder.bySchedule ? 'by schedule' : `job ${shortId(holder.job)}`;
      return `${what} is busy: ${holder.operation} (${who}) has worked on it for ${formatDuration(now() - holder.since)}. Ask again when it is done.`;
    },
    leave,
    launch(job, task, work) {
      const stop = new AbortController();
      const log = deps.log.child({ job });
      const ended = work(stop.signal)
        // Only the journal can fail here: nothing can be said then, and the next start verifies the job.
        .catch((err) => log.error({ err }, 'job left open'))
        .then(() => forget(job))
        .finally(() => {
          running.delete(job);
          leave(job, task);
        });
      running.set(job, { stop, ended });
    },
    stop(job, why) {
      const work = running.get(job)?.stop;
      if (!work || work.signal.aborted) return false;
      work.abort(why);
      return true;
    },
    async settle(withinMs) {
      const all = Promise.all([...running.values()].map(({ ended }) => ended));
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, withinMs);
      await Promise.race([all, promise]);
      clearTimeout(timer);
    },
    tidy: () =>
      unlessItFails('all', async (limit) => {
        await errands?.tidy((job) => journal.knows(job) === 'open', limit);
      }),
  };
}
