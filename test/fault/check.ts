import type { Outcome } from './trial.ts';

const APPLIED = ['done', 'verified applied'];
const NOT_APPLIED = ['refused', 'expired', 'verified not applied'];

/** What is wrong with an outcome, judged only by the ledger, the chat and the recording world; an empty list is a good trial. */
export function violations({ starts, jobs, told, messages }: Outcome): string[] {
  const runs = jobs.filter(({ kind }) => kind === 'run');
  const [run] = runs;
  const wrong: string[] = [];
  if (starts > 2) wrong.push(`ran ${starts - 1} times`);
  if (runs.length !== 1) wrong.push(`${runs.length} jobs for one intent`);
  if (!run?.verdict) return [...wrong, 'no verdict'];
  if (told < 1) wrong.push('verdict never told');
  if (messages > 2) wrong.push(`${messages} messages for one intent: more than one twin`);
  if (APPLIED.includes(run.verdict) && starts !== 2)
    wrong.push(`verdict ${run.verdict}, but the world was not changed`);
  if (NOT_APPLIED.includes(run.verdict) && starts !== 1)
    wrong.push(`verdict ${run.verdict}, but the world was changed`);
  return wrong;
}
