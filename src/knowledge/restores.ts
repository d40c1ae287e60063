import type { Settled } from '#src/operation/restores.ts';
import type { Verified } from '#src/operation/verdict.ts';

/** The verdict on a restore or its undoing that was interrupted, once it was brought to an end. `moved`: the newest one on record is another than before. */
export function settledVerdict(settled: Settled, moved: boolean): Verified {
  switch (settled.state) {
    case 'nothing':
      return moved
        ? { verdict: 'verified applied', because: 'It was in place before the interruption. See /status' }
        : { verdict: 'verified not applied', because: 'What was there is as it was. Ask again.' };
    case 'old': {
      const sick = settled.unwell.map(({ name }) => name).join(', ');
      if (sick)
        return {
          verdict: 'needs human',
          because: `What was there is as it was, but ${sick} did not come back. Read the log: /logs`,
        };
      return {
        verdict: 'verified not applied',
        because:
          'What was there is as it was, and nothing of it is stopped. Ask again: what is staged is not restored anew.',
      };
    }
    case 'new': {
      const sick = settled.swapped.unwell.map(({ name }) => name).join(', ');
      if (sick)
        return {
          verdict: 'needs human',
          because: `It is in place, but ${sick} did not come back. Read the log, or /restore_undo`,
        };
      return {
        verdict: 'verified applied',
        because: 'It was brought to its end after the interruption: all is in place.',
      };
    }
    default:
      return settled satisfies never;
  }
}
