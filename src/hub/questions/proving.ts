import type { Proving, Said } from '#src/ledger/records.ts';
import type { StepUpOutcome } from '#src/wire/event.ts';
import type { Operator } from '../config.ts';
import type { Question } from './needs.ts';
import { owing } from './needs.ts';
import type { Turn } from './turn.ts';
import { advance, next } from './turn.ts';

/** What becomes of a code: it goes to the approver with an order, and what was found comes back. The code itself is not here. */
export type Step =
  | { kind: 'sent'; order: string; approver: string }
  | { kind: 'found'; order: string; outcome: StepUpOutcome };

/** Judges what became of somebody's code for a question, without writing anything. */
export function provingTurn(question: Question, step: Step, { id, name }: Operator, now: number): Turn {
  const { confirm } = question;
  if (confirm.state !== 'open' || now >= confirm.expiresAt) return nothing('This question is over. Nothing was done.');
  if (!owing(question).some((each) => each.id === id)) return nothing('No code of yours is needed here now.');
  const said = next(question);
  const mine = said.proving?.find(({ operator }) => operator === id);
  const base = { operator: id, at: now, approver: mine?.approver ?? '' };
  const approver = id !== confirm.operator.id;
  const more = (proving: Proving): Turn => {
    const audit = proving.found === undefined ? [] : [{ decision: 'code refused', because: proving.found }];
    return { kind: 'take', answer: 'more', approver, said: withProving(said, proving), audit, text: '' };
  };
  if (step.kind === 'sent') return more({ ...base, order: step.order, approver: step.approver });
  const { order, outcome } = step;
  if (outcome.is === 'proved') {
    const proved = { ...base, order, found: outcome.is, token: outcome.token };
    const turn = advance(question, withProving(said, proved), now);
    return turn.kind === 'take' ? { ...turn, approver, audit: [{ decision: 'stepped up' }, ...turn.audit] } : turn;
  }
  // What is said about an earlier code than the last one helps nobody.
  if (mine?.order !== order) return nothing(`${name} has typed another code since.`);
  return more({ ...base, order, found: outcome.is, ...(outcome.is === 'wrong' ? { left: outcome.left } : {}) });
}

function withProving(said: Said, proving: Proving): Said {
  const others = (said.proving ?? []).filter(({ operator }) => operator !== proving.operator);
  return { ...said, proving: [...others, proving] };
}

function nothing(text: string): Turn {
  return { kind: 'words', text, alert: true };
}
