import type { Standing } from '#src/operation/restores.ts';
import { timeOf } from './names.ts';
import type { Records } from './record.ts';
import { isIn } from './swap.ts';

/** What became of the restore or undo of a job, by its mark; it only looks. Records from before `before` (ms since 1970) may have been taken away. */
export async function standingOf(records: Records, set: string, mark: string, before: number): Promise<Standing> {
  if ((await records.done(set)).some((record) => record.mark === mark)) return 'in place';
  const atWork = await records.atWork(set);
  if (atWork?.mark !== mark) return (timeOf(mark) ?? 0) < before ? 'forgotten' : 'not in place';
  if (atWork.phase === 'resuming') return 'in place';
  if (atWork.phase !== 'swapping') return 'not in place';
  for (const root of atWork.roots) if (root.staged !== undefined && !(await isIn(root))) return 'half';
  return 'in place';
}
