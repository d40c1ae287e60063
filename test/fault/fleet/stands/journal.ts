import type { Journal } from '#src/agent/journal.ts';
import { createJournal as create } from '#src/agent/journal.ts';
import { JOURNAL_WRITES } from '../../points.ts';
import { watched } from '../../watched.ts';
import { pass } from '../passing.ts';

/** The real journal with points around its writes. */
export function createJournal(options: Parameters<typeof create>[0]): Journal {
  return watched(create(options), 'journal', [...JOURNAL_WRITES, 'knows'], pass);
}
