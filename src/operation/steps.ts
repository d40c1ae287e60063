import { z } from 'zod';

/** `read` may be tried again freely; `once` is never run again after a crash, it is verified. */
export const StepKind = z.enum(['read', 'once']);
export type StepKind = z.infer<typeof StepKind>;

/** One step as its operation declares it, in the order in which it will run. */
export interface StepCard {
  key: string;
  title: string;
  kind: StepKind;
}

/** One step as the chat shows it while a job runs. */
export const StepState = z.strictObject({
  title: z.string().max(100),
  state: z.enum(['to come', 'running', 'done', 'failed']),
});
export type StepState = z.infer<typeof StepState>;
