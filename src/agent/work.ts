import type { Logger } from 'pino';
import { formatDuration } from '#src/kit/duration.ts';
import { Problem, sentenceOf } from '#src/kit/problem.ts';
import { digestPlan, Plan } from '#src/operation/plan.ts';
import type { Tools } from '#src/operation/tools.ts';
import type { Saying } from '#src/wire/event.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { Task } from './judge.ts';
import { createProgress } from './progress.ts';
import { done, failed, refused, verified } from './sayings.ts';
import { createSteps } from './steps.ts';
import { pickTools } from './toolbox.ts';

const PLAN_MS = 5_000;
const VERIFY_MS = 60_000;
/** How long work that was told to stop may take to do so before its end is no longer awaited. */
const GRACE_MS = 5_000;

/** What work on a node is done with. */
export interface Bench {
  node: string;
  tools: Tools;
  journal: Journal;
  /** ms since 1970. */
  now: () => number;
  log: Logger;
}

/** Says what an order would do and finds here, without doing it. */
export async function draftPlan(bench: Bench, entry: JournalEntry, task: Task, signal: AbortSignal): Promise<void> {
  const { job } = entry;
  const saying = await planNow(bench, entry, task, signal).then(
    (plan): Saying => ({ kind: 'planned', job, plan }),
    (error) => failed(job, error, 0),
  );
  bench.journal.finish(job, saying);
}

/** Runs an accepted job from its before-image to its verdict. */
export async function carryOut(bench: Bench, entry: JournalEntry, task: Task, signal: AbortSignal): Promise<void> {
  const { journal, now, node } = bench;
  const { job, order } = entry;
  const { operation, params } = task;
  const began = now();
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(operation.timeoutMs)]);
  const progress = createProgress(job, (saying) => journal.say(saying));
  const steps = createSteps(operation.steps, { once: (key) => journal.begin(job, key), progress: progress.update });
  let before: unknown;
  try {
    const stale = await staleness(bench, entry, task, deadline);
    if (stale) return journal.finish(job, refused(job, stale));
    const tools = pickTools(bench.tools, operation.needs);
    before = await operation.before({ params, tools, signal: deadline });
    journal.start(job, before);
    const work = operation.run({ params, tools, step: steps.step, note: steps.note, signal: deadline });
    const result = await untilAborted(
      work,
      deadline,
      `${order.operation} took longer than ${formatDuration(operation.timeoutMs)} and was stopped.`,
    );
    const tookMs = now() - began;
    progress.stop();
    journal.finish(job, done(job, operation.report({ node, params, result, tookMs }), tookMs));
  } catch (error) {
    progress.stop();
    if (error instanceof Problem && error.code === 'journal') throw error;
    if (!(error instanceof Problem)) bench.log.error({ err: error, job }, 'operation threw');
    if (deadline.aborted && steps.inOnce())
      return await findOut(bench, { ...entry, before, onceStep: 'running' }, task);
    journal.finish(job, failed(job, error, now() - began));
  }
}

/** Finds out what became of a job that was interrupted: never by running it again. */
export async function findOut(bench: Bench, entry: JournalEntry, task: Task): Promise<void> {
  const { journal, tools } = bench;
  const { job, before } = entry;
  const { operation, params } = task;
  if (entry.onceStep === undefined)
    return journal.finish(
      job,
      verified(job, {
        verdict: 'verified not applied',
        because: 'It was interrupted before it changed anything. Ask again.',
      }),
    );
  journal.say({
    kind: 'unknown',
    job,
    because: 'The agent was interrupted in the middle; it is finding out what became of it.',
  });
  const finding = await operation
    .verify({ params, before, tools: pickTools(tools, operation.needs), signal: AbortSignal.timeout(VERIFY_MS) })
    .catch((error) => ({ verdict: 'needs human' as const, because: `It could not be verified: ${sentenceOf(error)}` }));
  journal.finish(job, verified(job, finding));
}

async function staleness(
  bench: Bench,
  entry: JournalEntry,
  task: Task,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (entry.order.kind !== 'run' || entry.order.plan === undefined) return undefined;
  const { digest } = await planNow(bench, entry, task, signal);
  if (digest === entry.order.plan) return undefined;
  return 'The plan is stale: things changed on the node after you saw it. Nothing was done. Ask again.';
}

async function planNow(bench: Bench, { order }: JournalEntry, { operation, params }: Task, signal: AbortSignal) {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(PLAN_MS)]);
  const tools = pickTools(bench.tools, operation.needs);
  const { facts, binds } = await operation.plan({ params, tools, signal: deadline });
  const { operation: name, version, input } = order;
  return Plan.parse({ facts, digest: digestPlan({ operation: name, version, input, binds }) });
}

/** The work's result; when the signal comes first and the work does not end within a grace time, Problem `timeout`. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal, sentence: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => reject(new Problem('timeout', sentence)), GRACE_MS);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } catch (error) {
    if (signal.aborted && !(error instanceof Problem)) throw new Problem('timeout', sentence, { cause: error });
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  }
}
