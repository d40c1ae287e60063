import type { Job } from '#src/ledger/records.ts';
import type { Saying } from '#src/wire/event.ts';

/** What a node says about one job. */
export type JobSaying = Exclude<Saying, { kind: 'alert' | 'stepup' }>;

/** A job after its node has said something about it. What has ended stays as it ended. */
export function hear(job: Job, saying: JobSaying, now: number): Job {
  if (saying.kind === 'found') return { ...job, found: { verdict: saying.verdict, because: saying.because, at: now } };
  if (job.state === 'ended') return job;
  switch (saying.kind) {
    case 'accepted':
      return { ...job, state: 'accepted', acceptedAt: now };
    case 'progress': {
      const { note: _, ...rest } = job;
      return {
        ...rest,
        state: 'accepted',
        steps: saying.steps,
        ...(saying.note === undefined ? {} : { note: saying.note }),
      };
    }
    case 'unknown':
      return { ...job, state: 'unknown', note: saying.because };
    case 'planned': {
      const { plan, asks } = saying;
      return { ...job, state: 'ended', plan, ...(asks ? { asks } : {}), endedAt: now };
    }
    case 'verdict': {
      const took = saying.tookMs === undefined ? {} : { tookMs: saying.tookMs };
      return { ...job, state: 'ended', verdict: saying.verdict, reply: saying.reply, endedAt: now, ...took };
    }
    default:
      return saying satisfies never;
  }
}
