import type { Logger } from 'pino';
import type { Errands } from '#src/adapters/errand/errands.ts';
import { formatDuration } from '#src/kit/duration.ts';
import { Problem, sentenceOf } from '#src/kit/problem.ts';
import { boundInput } from '#src/operation/args.ts';
import type { Finding } from '#src/operation/finding.ts';
import { tellFinding } from '#src/operation/finding.ts';
import { digestPlan, Plan } from '#src/operation/plan.ts';
import type { Tools } from '#src/operation/tools.ts';
import type { Verified } from '#src/operation/verdict.ts';
import type { Saying } from '#src/wire/event.ts';
import { cancelledBy, neverStarted } from './cancellation.ts';
import type { JournalEntry } from './journal/entry.ts';
import { journalFails } from './journal/file.ts';
import type { Journal } from './journal.ts';
import type { Allowed, Task } from './judge.ts';
import { createProgress } from './progress.ts';
import { done, failed, found, refused, verified } from './sayings.ts';
import { createSteps } from './steps.ts';
import { pickTools } from './toolbox.ts';

const PLAN_MS = 5_000;
const VERIFY_MS = 60_000;
/** Longer than any wait for what a step handed over. */
const SETTLE_MS = 20 * 60_000;
/** How long work that was told to stop may take to do so before its end is no longer awaited. */
const GRACE_MS = 5_000;

/** What work on a node is done with. */
export interface Bench {
  node: string;
  tools: Tools;
  /** What the commands of a step are run by; absent: no tool runs any that changes something. */
  errands?: Errands | undefined;
  journal: Journal;
  /** Why nothing may be changed now, if that is so. */
  locked?: (() => string | undefined) | undefined;
  /** ms since 1970. */
  now: () => number;
  log: Logger;
}

/** Says what an order would do and finds here, without doing it, and what the policy asks for before it is done. */
export async function draftPlan(
  bench: Bench,
  entry: JournalEntry,
  { task, asks }: Pick<Allowed, 'task' | 'asks'>,
  signal: AbortSignal,
): Promise<void> {
  const { job } = entry;
  const saying = await planNow(bench, entry, task, signal).then(
    (plan): Saying => ({ kind: 'planned', job, plan, ...(asks ? { asks } : {}) }),
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
  const progress = createProgress(job, (saying) => sayIfPossible(bench, saying));
  const reached: Reached = { started: false, before: undefined, onceStep: undefined };
  const once = (key: string) => {
    journal.begin(job, key);
    reached.onceStep = key;
  };
  const steps = createSteps(operation.steps, { once, progress: progress.update });
  const work = async (): Promise<Saying> => {
    const stale = await staleness(bench, entry, task, deadline);
    if (stale) return refused(job, stale);
    const tools = pickTools(bench.tools, operation.needs);
    reached.before = await operation.before({ params, tools, signal: deadline });
    // From this look to the start there is no await: what was cancelled in time never starts.
    deadline.throwIfAborted();
    const locked = operation.risk === 'read' ? undefined : bench.locked?.();
    if (locked !== undefined) return refused(job, locked);
    journal.start(job, reached.before);
    reached.started = true;
    const step: typeof steps.step = (key, act) =>
      steps.step(key, () => (bench.errands ? bench.errands.during(job, key, act) : act()));
    const result = await operation.run({ params, tools, step, note: steps.note, signal: deadline });
    const tookMs = now() - began;
    return done(job, operation.report({ node, params, result, tookMs }), tookMs);
  };
  try {
    const late = `${order.operation} took longer than ${formatDuration(operation.timeoutMs)} and was stopped.`;
    const saying = await untilAborted(work(), deadline, late);
    progress.stop();
    journal.finish(job, saying);
  } catch (error) {
    progress.stop();
    if (journalFails(error)) throw error;
    if (!(error instanceof Problem)) bench.log.error({ err: error, job }, 'operation threw');
    const cancelled = cancelledBy(deadline);
    if (cancelled && !reached.started) return journal.finish(job, neverStarted(job, cancelled));
    if (deadline.aborted && steps.inOnce()) return await findOut(bench, { ...entry, ...reached }, task, cancelled);
    journal.finish(job, failed(job, cancelled ? broken(cancelled, task, reached) : error, now() - began));
  }
}

// How it goes on is worth no job: when the journal takes nothing, the next step of kind `once` ends the work.
function sayIfPossible({ journal, log }: Bench, saying: Saying): void {
  try {
    journal.say(saying);
  } catch (err) {
    if (!journalFails(err)) throw err;
    log.warn({ err }, 'progress not noted');
  }
}

/** How far a job has come. */
type Reached = { started: boolean } & Pick<JournalEntry, 'before' | 'onceStep'>;

/** Finds out what became of a job that was interrupted, by a crash or a person: never by running it again. */
export async function findOut(bench: Bench, entry: JournalEntry, task: Task, cancelled?: Problem): Promise<void> {
  const { journal } = bench;
  const { job } = entry;
  if (entry.onceStep === undefined)
    return journal.finish(
      job,
      verified(job, {
        verdict: 'verified not applied',
        because: 'It was interrupted before it changed anything. Ask again.',
      }),
    );
  const interrupted = cancelled?.message ?? 'The agent was interrupted';
  journal.say({
    kind: 'unknown',
    job,
    because: `${interrupted} in the middle; ${cancelled ? 'the node' : 'it'} is finding out what became of it.`,
  });
  const finding = await verifyNow(bench, entry, task, () => settled(bench, entry));
  const because = cancelled ? `${cancelled.message} in the middle. ${finding.because}` : finding.because;
  journal.finish(job, verified(job, { ...finding, because }));
}

/** Looks once more what became of a job that has ended, against the image from before its start, and says what it found. */
export async function lookAgain(bench: Bench, entry: JournalEntry, task: Task): Promise<void> {
  const finding: Verified =
    entry.onceStep === undefined
      ? { verdict: 'verified not applied', because: 'It ended before it changed anything.' }
      : await verifyNow(bench, entry, task);
  bench.journal.say(found(entry.job, finding));
}

// What the interrupted step's commands came to: from then on none of them still acts, and the world can be looked at.
async function settled({ errands }: Bench, { job, onceStep }: JournalEntry): Promise<Finding[]> {
  if (!errands || onceStep === undefined) return [];
  return await errands.settle(job, onceStep, AbortSignal.timeout(SETTLE_MS));
}

async function verifyNow(
  { tools }: Bench,
  { before }: JournalEntry,
  { operation, params }: Task,
  settle: () => Promise<Finding[]> = async () => [],
): Promise<Verified> {
  try {
    const findings = await settle();
    const signal = AbortSignal.timeout(VERIFY_MS);
    const work = { params, before, findings, tools: pickTools(tools, operation.needs), signal };
    const { verdict, because } = await operation.verify(work);
    return { verdict, because: [because, ...findings.map(tellFinding)].join(' ') };
  } catch (error) {
    return { verdict: 'needs human', because: `It could not be verified: ${sentenceOf(error)}` };
  }
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
  const bound = boundInput(operation.params, input);
  return Plan.parse({ facts, digest: digestPlan({ operation: name, version, input: bound, binds }) });
}

/** What is said of a job that was cancelled between its steps. */
function broken(cancelled: Problem, { operation }: Task, { onceStep }: Reached): Problem {
  const title = operation.steps.find(({ key }) => key === onceStep)?.title;
  const stays = title === undefined ? 'Nothing was changed.' : `What "${title}" did stays.`;
  return new Problem(cancelled.code, `${cancelled.message}. ${stays}`);
}

/** The work's result; when the signal comes first and the work does not end within a grace time, the Problem that somebody cancelled it, or Problem `timeout`. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal, late: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const why = (cause?: unknown) => cancelledBy(signal) ?? new Problem('timeout', late, { cause });
  const onAbort = () => {
    timer = setTimeout(() => reject(why()), GRACE_MS);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } catch (error) {
    if (signal.aborted && !(error instanceof Problem)) throw why(error);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  }
}
