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

/** What can be found out about a job afterwards. */
export const Finding = Verdict.extract(['verified applied', 'verified not applied', 'needs human']);

/** What `verify` answers after a crash, with a sentence that says how it knows and what to do next. */
export interface Verified {
  verdict: z.infer<typeof Finding>;
  because: string;
}
