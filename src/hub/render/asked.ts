import type { Confirm } from '#src/ledger/records.ts';
import type { Card } from '#src/operation/define.ts';
import { KINDS } from '../campaigns/kinds.ts';
import type { Question } from '../questions/needs.ts';
import { reasonOf } from '../questions/needs.ts';
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
export function askedBody({ confirm, card, plan, plans, campaign }: Question): Html[] {
  const steps = card.steps.map(({ title }, index) => line(ours(`${index + 1}.`), theirs(title)));
  const reason = reasonOf(confirm);
  const because = reason === undefined ? [] : [line(ours('Reason:'), theirs(reason))];
  if (campaign) return [...planLines(plans), ...leftLines(campaign), ours(IN_TURN), ...because];
  return [...plan.plan.facts.map(factLine), ours('This will run:'), ...steps, ...because];
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
