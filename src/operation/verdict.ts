import { z } from 'zod';

/** How a job ended. The last three follow a crash: what `verify` found out about a job that was interrupted. */
export const Verdict = z.enum([
  'done',
  'failed',
  'refused',
  'expired',
  'verified applied',
  'verified not applied',
  'needs human',
]);
export type Verdict = z.infer<typeof Verdict>;

/** What `verify` answers after a crash, with a sentence that says how it knows and what to do next. */
export interface Verified {
  verdict: 'verified applied' | 'verified not applied' | 'needs human';
  because: string;
}
