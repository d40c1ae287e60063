import type { Backups } from '#src/operation/backups.ts';
import type { Settled, Standing } from '#src/operation/restores.ts';
import type { Verified } from '#src/operation/verdict.ts';

/** What is known from before a restore or undo: its mark; in an image of a release without marks, the newest one of then. */
export interface RestoreImage {
  mark?: string | undefined;
  last?: string | undefined;
}

/** The verdict on a restore or its undoing that was interrupted: it is brought to an end, unless nothing may be touched. */
export async function restoreVerdict(
  of: { set: string; backups: Backups; before: RestoreImage; looksOnly: boolean },
  signal: AbortSignal,
): Promise<Verified> {
  const { set, backups, before, looksOnly } = of;
  const settled: Settled = looksOnly ? { state: 'nothing' } : await backups.settle(set, signal);
  return verdictOf(settled, await standingOf(set, backups, before));
}

async function standingOf(set: string, backups: Backups, { mark, last }: RestoreImage): Promise<Standing> {
  if (mark !== undefined) return await backups.standing(set, mark);
  return (await backups.undoable(set))?.id !== last ? 'in place' : 'not in place';
}

function verdictOf(settled: Settled, standing: Standing): Verified {
  const unwell = settled.state === 'new' ? settled.swapped.unwell : settled.state === 'old' ? settled.unwell : [];
  const sick = unwell.map(({ name }) => name).join(', ');
  switch (standing) {
    case 'in place':
      if (sick)
        return {
          verdict: 'needs human',
          because: `It is in place, but ${sick} did not come back. Read the log, or /restore_undo`,
        };
      return {
        verdict: 'verified applied',
        because:
          settled.state === 'new'
            ? 'It was brought to its end after the interruption: all is in place.'
            : 'It was put in place. See /status',
      };
    case 'not in place':
      if (sick)
        return {
          verdict: 'needs human',
          because: `What was there is as it was, but ${sick} did not come back. Read the log: /logs`,
        };
      return {
        verdict: 'verified not applied',
        because:
          settled.state === 'old'
            ? 'What was there is as it was, and nothing of it is stopped. Ask again: what is staged is not restored anew.'
            : 'It was not put in place. Ask again.',
      };
    case 'unfinished':
      return {
        verdict: 'needs human',
        because:
          'It did not come to its end: what was stopped for it may be down, and only a part of it in place. Look at both; the next /restore or /restore_undo of the set brings it to its end first.',
      };
    case 'forgotten':
      return {
        verdict: 'needs human',
        because: 'It was so long ago that nothing tells any more whether it was put in place. See /backups',
      };
    default:
      return standing satisfies never;
  }
}
