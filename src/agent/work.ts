import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Saying } from '#src/wire/event.ts';
import type { Bench } from './bench.ts';
import { cancelledBy, neverStarted } from './cancellation.ts';
import type { JournalEntry } from './journal/entry.ts';
import { journalFails } from './journal/file.ts';
import type { Allowed, Task } from './judge.ts';
import { boundNow, draftPlan } from './plan.ts';
import { createProgress } from './progress.ts';
import { done, failed, refused } from './sayings.ts';
import { createSteps } from './steps.ts';
import { pickTools } from './toolbox.ts';
import { findOut } from './verify.ts';

/** Does what an accepted order asks for: drafts its plan, or carries it out. */
export async function perform(bench: Bench, entry: JournalEntry, allowed: Allowed, signal: AbortSignal): Promise<void> {
  if (entry.order.kind === 'plan') return await draftPlan(bench, entry, allowed, signal);
  await carryOut(bench, entry, allowed.task, signal);
}

/** Runs an accepted job from its before-image to its verdict. */
async function carryOut(bench: Bench, entry: JournalEntry, task: Task, signal: AbortSignal): Promise<void> {
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
    const { bound, stale } = await boundNow(bench, entry, task, deadline);
    if (stale) return refused(job, stale);
    const tools = pickTools(bench.tools, operation.needs);
    reached.before = await operation.before({ params, tools, bound, signal: deadline });
    // From this look to the start there is no await: what was cancelled in time never starts.
    deadline.throwIfAborted();
    const locked = operation.risk === 'read' ? undefined : bench.locked?.();
    if (locked !== undefined) return refused(job, locked);
    journal.start(job, reached.before);
    reached.started = true;
    const step: typeof steps.step = (key, act) =>
      steps.step(key, () => (bench.errands ? bench.errands.during(job, key, act) : act()));
    const { before } = reached;
    const result = await operation.run({ params, tools, before, step, note: steps.note, signal: deadline });
    const tookMs = now() - began;
    return done(job, operation.report({ node, params, result, tookMs }), tookMs);
  };
  try {
    const late = `${order.operation} took longer than ${formatDuration(operation.timeoutMs)} and was stopped.`;
    const saying = await untilAborted(work(), { signal: deadline, graceMs: operation.graceMs }, late);
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

/** What is said of a job that was cancelled between its steps. */
function broken(cancelled: Problem, { operation }: Task, { onceStep }: Reached): Problem {
  const title = operation.steps.find(({ key }) => key === onceStep)?.title;
  const stays = title === undefined ? 'Nothing was changed.' : `What "${title}" did stays.`;
  return new Problem(cancelled.code, `${cancelled.message}. ${stays}`);
}

/** The work's result; when the signal comes first and the work does not end within a grace time, the Problem that somebody cancelled it, or Problem `timeout`. */
async function untilAborted<T>(
  work: Promise<T>,
  { signal, graceMs }: { signal: AbortSignal; graceMs: number },
  late: string,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const why = (cause?: unknown) => cancelledBy(signal) ?? new Problem('timeout', late, { cause });
  const onAbort = () => {
    timer = setTimeout(() => reject(why()), graceMs);
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
