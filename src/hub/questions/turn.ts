import { sanitise } from '#src/kit/text.ts';
import type { Said } from '#src/ledger/records.ts';
import type { Operator } from '../config.ts';
import { APPROVE_MS, CONFIRM_MS } from './ask.ts';
import type { Question } from './needs.ts';
import { anyOf, approversOf, canBeMet, countsOwn, isOfUse, mayStillAsk, missingOf, owing, stageOf } from './needs.ts';

/** Longest reason, in UTF-16 units. */
export const MAX_REASON = 200;
/** So many wrong names end a question. */
const MAX_WRONG = 3;

const CODE = 'Now type the code of your authenticator in our private chat.';

/** What a person says to a question: a press, or a text with the number of its message. */
export type Given = { operator: Operator } & (
  | { kind: 'yes' | 'no' }
  | { kind: 'typed'; text: string; message: number }
);

/** What becomes of it: only words, or one more turn of the question. What comes too late is for the ledger to refuse. */
export type Turn =
  | { kind: 'words'; text: string; alert: boolean }
  | {
      kind: 'take';
      answer: 'yes' | 'no' | 'more';
      approver: boolean;
      said: Said;
      /** The last yes: it is ordered now. */
      start?: true;
      expiresAt?: number;
      audit: { decision: string; because?: string }[];
      text: string;
    };

/** Judges what somebody says to a question, without writing anything. */
export function turnOf(question: Question, given: Given, now: number): Turn {
  const { confirm, needs } = question;
  const own = given.operator.id === confirm.operator.id;
  if (!own && (needs.approvers === 0 || !approversOf(question).some(({ id }) => id === given.operator.id)))
    return words('Only the person who asked can answer this.');
  if (confirm.state !== 'open' || now >= confirm.expiresAt) return late(question, given, own);
  const stage = stageOf(question);
  if (!own && stage === 'code' && given.kind === 'yes') return words(codeWords(question, given.operator));
  if (!own && stage !== 'approvers' && stage !== 'code') return words(`${confirm.operator.name} has not said yes yet.`);
  if (given.kind === 'no') return ended(question, given.operator, now, next(question));
  if (given.kind === 'typed') return typed(question, given, now);
  return own ? ownYes(question, now) : approval(question, given.operator, now);
}

function late(question: Question, given: Given, own: boolean): Turn {
  if (given.kind === 'typed') return words('This question has expired. Nothing was done. Ask again.');
  return { kind: 'take', answer: given.kind, approver: !own, said: next(question), audit: [], text: '' };
}

/** A reason as it is kept: one clean line. */
export function cleanReason(text: string): string {
  return sanitise(text).replace(/\s+/g, ' ').trim();
}

function ownYes(question: Question, now: number): Turn {
  const { needs, confirm } = question;
  switch (stageOf(question)) {
    case 'tap':
      return canBeMet(question) ? advance(question, { ...next(question), yesAt: now }, now) : words(unmet(question));
    case 'reason':
      return words('Now type the reason.');
    case 'name':
      return words(`Now type ${needs.name}`);
    case 'approvers':
      return words(`You have said yes. Now it waits for ${anyOf(approversOf(question))}.`);
    case 'code':
      return words(codeWords(question, confirm.operator));
    case 'ready':
      return advance(question, next(question), now);
  }
}

function approval(question: Question, { id, name }: Operator, now: number): Turn {
  const said = next(question);
  if (said.approvals.some(({ operator }) => operator.id === id)) return words('You have answered this already.', false);
  const yes = { operator: { id, name }, plan: question.plan.plan.digest, at: now };
  const turn = advance(question, { ...said, approvals: [...said.approvals, yes] }, now);
  return turn.kind === 'take' ? { ...turn, approver: true, audit: [{ decision: 'approved' }] } : turn;
}

function typed(question: Question, { text, message, operator }: Given & { kind: 'typed' }, now: number): Turn {
  const said = next(question);
  const stage = stageOf(question);
  if (said.typed.includes(message) || (stage !== 'reason' && stage !== 'name')) return words('', false);
  const heard: Said = { ...said, typed: [...said.typed, message] };
  if (stage === 'reason') {
    const reason = cleanReason(text);
    if (reason === '' || reason.length > MAX_REASON)
      return words(`A reason has 1 to ${MAX_REASON} characters. Type it.`);
    return advance(question, { ...heard, reason }, now);
  }
  if (text === question.needs.name) return advance(question, { ...heard, named: true }, now);
  const wrong = said.wrong + 1;
  const because = `Another name was typed ${MAX_WRONG} times.`;
  if (wrong >= MAX_WRONG) return ended(question, operator, now, { ...heard, wrong }, because);
  const left = `That is not ${question.needs.name}. Type it letter by letter; ${MAX_WRONG - wrong} of ${MAX_WRONG} tries are left.`;
  return { kind: 'take', answer: 'more', approver: false, said: { ...heard, wrong }, audit: [], text: left };
}

/** Goes as far as what was said allows: to the next thing that is asked for, or to the order. */
export function advance(question: Question, given: Said, now: number): Turn {
  const { needs, confirm, plan } = question;
  const { id, name } = confirm.operator;
  const stage = stageOf(question, given);
  const base = { kind: 'take' as const, approver: false, audit: [] };
  if (stage === 'reason' || stage === 'name') {
    const text = stage === 'reason' ? 'Now type the reason.' : `Now type ${needs.name}`;
    return { ...base, answer: 'more', said: given, expiresAt: now + CONFIRM_MS, text };
  }
  const isNew = !given.approvals.some(({ operator }) => operator.id === id);
  const own = { operator: { id, name }, plan: plan.plan.digest, at: now };
  const said = isNew ? { ...given, approvals: [...given.approvals, own] } : given;
  const self = needs.approvers > 0 && countsOwn(question) ? [{ decision: 'self-approved' }] : [];
  // Nobody's yes is taken for a plan that they did not see, whatever became of the ledger.
  if (said.approvals.some((one) => one.operator.id === id && one.plan !== own.plan))
    return words(`The plan has changed since ${name} said yes. Nothing was done. Ask again.`);
  const audit = isNew ? [{ decision: 'confirmed' }, ...self] : [];
  if (missingOf(question, said) > 0) {
    const expiresAt = isNew ? now + APPROVE_MS : confirm.expiresAt;
    return {
      ...base,
      answer: 'more',
      said,
      expiresAt,
      audit,
      text: `Noted. It waits for ${stillMissing(question, said)}.${needs.stepup ? ` ${CODE}` : ''}`,
    };
  }
  if (owing(question, said).length > 0) {
    const expiresAt = Math.max(confirm.expiresAt, now + CONFIRM_MS);
    return { ...base, answer: 'more', said, expiresAt, audit, text: CODE };
  }
  if (!mayStillAsk(question)) return words(`${name}, who asked, may not do this any more. Nothing was done.`);
  return { ...base, answer: 'yes', start: true, said, audit, text: 'On it.' };
}

/** What is said to a press of somebody while codes are waited for. */
function codeWords(question: Question, { id }: { id: number }): string {
  if (owing(question).some((each) => each.id === id)) return CODE;
  return `It waits for the code of ${anyOf(owing(question))}.`;
}

function ended({ confirm }: Question, { id, name }: Operator, now: number, heard: Said, because?: string): Turn {
  const why = because === undefined ? {} : { because };
  const said: Said = { ...heard, ended: { operator: { id, name }, at: now, ...why } };
  const audit = [{ decision: 'declined', ...why }];
  return {
    kind: 'take',
    answer: 'no',
    approver: id !== confirm.operator.id,
    said,
    audit,
    text: because ?? 'Cancelled.',
  };
}

/** What has been said, as its next turn begins. */
export function next({ confirm: { said } }: Question): Said {
  const turn = (said?.turn ?? 0) + 1;
  return said ? { ...said, turn } : { turn, wrong: 0, typed: [], approvals: [], copies: [] };
}

/** Who could still say yes: `Ben or Cleo`. */
export function stillMissing(question: Question, said: Said | undefined = question.confirm.said): string {
  const heard = new Set(said?.approvals.map(({ operator }) => operator.id));
  const open = approversOf(question).filter(({ id }) => !heard.has(id) && isOfUse(question, said, id));
  const missing = missingOf(question, said);
  return missing < 2 ? anyOf(open) : `${missing} of ${open.map(({ name }) => name).join(', ')}`;
}

/** Why no yes can help. */
export function unmet(question: Question): string {
  const others = approversOf(question);
  const who = others.length === 0 ? 'nobody else on the list may give it' : `only ${anyOf(others)} may give it`;
  const { approvers } = question.needs;
  return `This takes the yes of ${approvers === 1 ? 'one more person' : `${approvers} people`}, and ${who}. Nothing was done.`;
}

function words(text: string, alert = true): Turn {
  return { kind: 'words', text, alert };
}
