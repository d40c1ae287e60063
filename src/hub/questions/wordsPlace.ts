import type { HubLedger } from '#src/ledger/port.ts';
import type { Post } from '#src/ledger/records.ts';
import type { Question } from './needs.ts';
import { stageOf } from './needs.ts';
import type { Turn } from './turn.ts';

/** Where it is kept which question a person's next words in one place answer. */
export function wordsKey(chat: number, thread: number | undefined, operator: number): string {
  return `words ${chat}:${thread ?? 0}:${operator}`;
}

/** Before a question waits for words it is noted where they belong; a note that leads nowhere is harmless. */
export async function expectWords(ledger: HubLedger, question: Question, turn: Turn, post: Post): Promise<void> {
  if (turn.kind !== 'take' || turn.answer !== 'more') return;
  const stage = stageOf(question, turn.said);
  if (stage !== 'reason' && stage !== 'name') return;
  await ledger.remember(wordsKey(post.chat, post.thread, question.confirm.operator.id), question.confirm.id);
}
