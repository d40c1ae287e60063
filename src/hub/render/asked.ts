import type { Confirm } from '#src/ledger/records.ts';
import type { Card } from '#src/operation/define.ts';
import { KINDS } from '../campaigns/kinds.ts';
import type { Question } from '../questions/needs.ts';
import { anyOf, approversOf, reasonOf, releasedOf } from '../questions/needs.ts';
import { isApart } from '../questions/release.ts';
import type { Html } from './html.ts';
import { bold, line, ours, theirs } from './html.ts';
import { leftLines, planLines } from './plans.ts';
import { factLine } from './reply.ts';

/** What is asked, where, and how much care it takes. */
export function askedHeader({ confirm, card, plan, campaign }: Question): Html {
  const prod = confirm.environment === 'prod';
  const environment = prod ? bold(ours('🔴 PROD')) : ours(confirm.environment);
  const wide = campaign && KINDS.get(campaign.kind)?.question(campaign);
  if (wide !== undefined) return line(bold(ours(wide)), ours('·'), environment);
  return line(bold(ours(questionText(confirm, card))), ours('on'), bold(ours(plan.node)), ours('·'), environment);
}

/** What will happen, by the word of the nodes. */
export function askedBody(question: Question): Html[] {
  const { confirm, card, plan, plans, campaign } = question;
  const steps = card.steps.map(({ title }, index) => line(ours(`${index + 1}.`), theirs(title)));
  const reason = reasonOf(confirm);
  const because = reason === undefined ? [] : [line(ours('Reason:'), theirs(reason))];
  if (campaign) return [...planLines(plans, releasedHere(question)), ...leftLines(campaign), ours(IN_TURN), ...because];
  return [...plan.plan.facts.map(factLine), ours('This will run:'), ...steps, ...because];
}

/** Where nodes take the yeses of different people: who of them waits for whom. */
function releasedHere(question: Question): Parameters<typeof planLines>[1] {
  const { set } = question.needs;
  if (!set || !isApart(set)) return undefined;
  const waits = (node: string) => {
    const needs = set.each.find((each) => each.node === node);
    const people = [...(needs?.selfApproval ? [question.confirm.operator] : []), ...approversOf(question)];
    return `waits for ${anyOf(people.filter(({ id }) => needs?.by === '*' || needs?.by.includes(id)))}`;
  };
  return { nodes: releasedOf(question), waits };
}

/** The operation's own question; a newer release may no longer read what was asked under an older one. */
function questionText({ operation, input }: Confirm, card: Card): string {
  try {
    return card.question(card.parse(input));
  } catch {
    return `${operation}?`;
  }
}

const IN_TURN = 'They are asked one after the other, as long as it takes more of them.';
