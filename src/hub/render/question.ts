import { formatDuration } from '#src/kit/duration.ts';
import { capital } from '#src/kit/text.ts';
import type { Confirm, Job, Post } from '#src/ledger/records.ts';
import type { Card } from '#src/operation/define.ts';
import { button } from '../buttons.ts';
import type { Html } from './html.ts';
import { bold, line, ours, theirs } from './html.ts';
import { jobScreen, jobTitle } from './job.ts';
import { factLine } from './reply.ts';
import type { Screen } from './screen.ts';
import { fitParts, still } from './screen.ts';
import type { View } from './view.ts';

/** A change that waits for its plan, for a yes, or that will not come to pass. */
export function questionScreen(post: Post, confirm: Confirm, plan: Job | undefined, view: View): Screen {
  const again = [[button('Ask again', { act: 'again', confirm: confirm.id })]];
  if (confirm.state === 'no') return still(ours(`Cancelled by ${confirm.operator.name}. Nothing was done.`));
  if (!plan) return still(tooOld(post, confirm), again);
  if (plan.state !== 'ended') return waitingScreen(plan, view, again);
  if (!plan.plan) return jobScreen(plan, view);
  if (view.now >= confirm.expiresAt) return still(expiredLine(plan, view), again);
  return openQuestion(confirm, plan, view);
}

function openQuestion(confirm: Confirm, plan: Job, view: View): Screen {
  const card = view.cards.get(confirm.operation);
  const prod = confirm.environment === 'prod';
  const where = line(
    ours('on'),
    bold(ours(plan.node)),
    ours('·'),
    prod ? bold(ours('🔴 PROD')) : ours(confirm.environment),
  );
  const steps = (card?.steps ?? []).map(({ title }, index) => line(ours(`${index + 1}.`), theirs(title)));
  const wait = formatDuration(confirm.expiresAt - view.now);
  const parts: Html[] = [
    line(bold(ours(questionOf(confirm, card))), where),
    ...(plan.plan?.facts ?? []).map(factLine),
    ours('This will run:'),
    ...steps,
    ours(`${confirm.operator.name} has ${wait} to answer.`),
  ];
  const target = card?.targetOf(confirm.input);
  const yes = `${capital(confirm.operation)}${target === undefined ? '' : ` ${target}`}`.slice(0, 40);
  const keyboard = [
    [
      button(yes, { act: 'yes', confirm: confirm.id }, prod || card?.risk !== 'change' ? 'danger' : 'success'),
      button('Cancel', { act: 'no', confirm: confirm.id }),
    ],
  ];
  return { ...fitParts(parts), keyboard, final: false, dueAt: confirm.expiresAt };
}

/** The operation's own question; a newer release may no longer read what was asked under an older one. */
function questionOf({ operation, input }: Confirm, card: Card | undefined): string {
  try {
    return card ? card.question(card.parse(input)) : `${operation}?`;
  } catch {
    return `${operation}?`;
  }
}

function waitingScreen(plan: Job, view: View, again: Screen['keyboard']): Screen {
  if (view.now < plan.expiresAt) {
    const html = line(ours('⏳'), ours(`Asking ${plan.node} what it would do…`));
    return { html, keyboard: [], final: false, dueAt: plan.expiresAt };
  }
  return still(line(ours('❔'), ours(`${plan.node} does not answer. Nothing was queued. See /nodes`)), again);
}

function expiredLine(plan: Job, view: View): Html {
  return line(ours('⌛'), ours(`${jobTitle(plan, view)}: the question has expired. Nothing was done.`));
}

function tooOld(post: Post, { expiresAt, operation }: Confirm): Html {
  const ago = formatDuration(post.createdAt - expiresAt);
  return line(ours('⌛'), ours(`You asked for /${operation} ${ago} ago, so nothing was done. Do you still want it?`));
}
