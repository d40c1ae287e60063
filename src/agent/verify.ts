import type { Problem } from '#src/kit/problem.ts';
import { sentenceOf } from '#src/kit/problem.ts';
import type { Finding } from '#src/operation/finding.ts';
import { tellFinding } from '#src/operation/finding.ts';
import type { Verified } from '#src/operation/verdict.ts';
import type { Bench } from './bench.ts';
import type { JournalEntry } from './journal/entry.ts';
import type { Task } from './judge.ts';
import { found, verified } from './sayings.ts';
import { pickTools } from './toolbox.ts';

const VERIFY_MS = 60_000;
/** Longer than any wait for what a step handed over. */
const SETTLE_MS = 20 * 60_000;

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
      : await verifyNow(bench, entry, task, 'looks only');
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
  settle: 'looks only' | (() => Promise<Finding[]>),
): Promise<Verified> {
  try {
    const looksOnly = settle === 'looks only';
    const findings = looksOnly ? [] : await settle();
    const signal = AbortSignal.timeout(VERIFY_MS);
    const work = { params, before, findings, looksOnly, tools: pickTools(tools, operation.needs), signal };
    const { verdict, because } = await operation.verify(work);
    return { verdict, because: [because, ...findings.map(tellFinding)].join(' ') };
  } catch (error) {
    return { verdict: 'needs human', because: `It could not be verified: ${sentenceOf(error)}` };
  }
}
