import type { Ask } from '#src/ledger/writes.ts';
import { sampleAsk, sampleAudit } from '../samples.ts';

/** The nodes that each of these asks has a job for. */
export const FLEET = ['alpha', 'beta', 'gamma'];

/** An ask that is many pages long, so that there is something to tear. */
export function fleetAsk(number: number): Ask {
  const ask = sampleAsk(String(number), FLEET);
  const jobs = ask.jobs.map((job) => ({ ...job, note: `${number} `.repeat(4000) }));
  return { ...ask, jobs, audit: [sampleAudit({ because: `ask ${number}` })] };
}
