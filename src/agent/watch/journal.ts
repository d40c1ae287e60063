import { clip } from '#src/kit/text.ts';
import { pastInDoubt } from '../history.ts';
import type { Journal } from '../journal.ts';
import type { Watch } from './watch.ts';

/** A journal that went back in time, or a clock that did: nothing is changed on the node until a person has looked. */
export function watchJournal(node: string, journal: Journal, now: () => number): Watch {
  return {
    name: 'journal',
    async look() {
      const why = pastInDoubt(journal.history(), now(), node);
      const trouble = why === undefined ? undefined : { tone: 'bad' as const, title: clip(why, 300) };
      return [{ fingerprint: 'journal', well: 'the journal and the clock agree', trouble }];
    },
  };
}
