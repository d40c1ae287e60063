import type { HubLedger } from '#src/ledger/port.ts';
import type { Post, Said } from '#src/ledger/records.ts';
import { jobId } from '#src/wire/ids.ts';
import type { Operator } from '../config.ts';
import { freshPost } from './ask.ts';
import type { Question } from './needs.ts';
import { owing } from './needs.ts';
import type { Turn } from './turn.ts';

/** Where it is kept which question somebody's next code belongs to. */
export function codeKey(operator: number): string {
  return `code ${operator}`;
}

/** Notes to which question the next code of this person belongs: to the one that they answered last. */
export async function expectCode(
  ledger: Pick<HubLedger, 'remember'>,
  question: Question,
  turn: Turn,
  { id }: Operator,
): Promise<void> {
  const then = turn.kind === 'take' ? owing(question, turn.said) : owing(question);
  if (then.some((each) => each.id === id)) await ledger.remember(codeKey(id), question.confirm.id);
}

/** What was asked in a group is shown in the private chat of each whose code it waits for, once `said` was said. */
export function codeCopyOf(question: Question, said: Said, post: Post, { id: chat }: Operator, now: number): Post[] {
  const id = jobId(`code ${question.confirm.id}`, String(chat));
  const owes = owing(question, said).some((each) => each.id === chat);
  if (!owes || said.ended || post.chat > 0 || said.copies.includes(id)) return [];
  return [{ ...freshPost({ chat }, now), id, calmUntil: 0, jobs: [question.plan.id], confirm: question.confirm.id }];
}
