import { formatDuration } from '#src/kit/duration.ts';
import type { Post, Proving } from '#src/ledger/records.ts';
import type { Question } from '../questions/needs.ts';
import { owing } from '../questions/needs.ts';
import type { Html } from './html.ts';
import { ours } from './html.ts';
import type { View } from './view.ts';

/** How long an approver is given to say what it found, in ms: so long its order lives. */
const ANSWER_MS = 31_000;

/** Whose code a question waits for, what became of the last one, and where to type the next. */
export function provingLines(post: Post, question: Question, view: View): Html[] {
  return owing(question).map(({ id, name }) => {
    const last = question.confirm.said?.proving?.find(({ operator }) => operator === id);
    const here = post.chat === id ? 'here' : 'in our private chat';
    if (last && last.found === undefined && view.now < last.at + ANSWER_MS)
      return ours(`🔑 ${last.approver} is looking at the code of ${name}…`);
    const type = `${name}, type the code of your authenticator ${here}.`;
    const left = formatDuration(question.confirm.expiresAt - view.now);
    return ours(
      `🔑 ${last ? `${wordsOf(last, name)} ` : ''}${last?.found === 'locked' ? '' : `${type} `}There is ${left} left.`,
    );
  });
}

/** When a question has to be looked at again because an approver says nothing. */
export function provingDue({ confirm }: Question, view: View): number {
  const silent = (confirm.said?.proving ?? [])
    .filter(({ found }) => found === undefined)
    .map(({ at }) => at + ANSWER_MS);
  return Math.min(confirm.expiresAt, ...silent.filter((at) => at > view.now));
}

function wordsOf({ found, left, approver, operator }: Proving, name: string): string {
  switch (found) {
    case 'wrong':
      return `That was not the code; ${left === 1 ? '1 try is' : `${left ?? 0} tries are`} left.`;
    case 'used':
      return 'That code has been used: wait for the next one.';
    case 'locked':
      return `${name} is locked after too many wrong codes. On ${approver}: nightguard approver unlock ${operator}`;
    case 'unknown':
      return `${approver} does not know the authenticator of ${name}. There: nightguard approver add ${operator} ${name}`;
    case 'late':
      return `The code came too late to ${approver}, or its clock is wrong.`;
    case 'proved':
      return '';
    default:
      return `${approver} does not answer.`;
  }
}
