import type { Standing } from '#src/operation/restores.ts';
import { timeOf } from './names.ts';
import type { Records } from './record.ts';

/** What became of the restore or undo of a job, by its mark; it only looks. Records from before `before` (ms since 1970) may have been taken away. */
export async function standingOf(records: Records, set: string, mark: string, before: number): Promise<Standing> {
  if ((await records.done(set)).some((record) => record.mark === mark)) return 'in place';
  const atWork = await records.atWork(set);
  if (atWork?.mark !== mark) return (timeOf(mark) ?? 0) < before ? 'forgotten' : 'not in place';
  return atWork.phase === 'staging' || atWork.phase === 'staged' ? 'not in place' : 'unfinished';
}
