import { Problem } from '#src/kit/problem.ts';
import { clip, sanitise } from '#src/kit/text.ts';
import type { Saying } from '#src/wire/event.ts';
import { refused } from './sayings.ts';

const CODE = 'cancelled';

/** Why the signal of a job is aborted when somebody cancels it. */
export function cancellation(by: string): Problem {
  return new Problem(CODE, `Cancelled by ${clip(sanitise(by).replace(/\s+/g, ' ').trim(), 40) || 'somebody'}`);
}

/** The reason of a signal, if it is that somebody cancelled the job. */
export function cancelledBy({ aborted, reason }: AbortSignal): Problem | undefined {
  return aborted && reason instanceof Problem && reason.code === CODE ? reason : undefined;
}

/** What is said of a job that was cancelled in time. */
export function neverStarted(job: string, cancelled: Problem): Saying {
  return refused(job, `${cancelled.message} before it started. Nothing was done.`);
}
