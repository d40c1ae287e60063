import { formatDuration } from '#src/kit/duration.ts';
import type { Confirm, Job, Post } from '#src/ledger/records.ts';
import type { Card } from '#src/operation/define.ts';
import type { Question } from '../questions/needs.ts';
import { anyOf, approversOf, canBeMet, questionOf, reasonOf, stageOf, yesesNeeded } from '../questions/needs.ts';
import { stillMissing, unmet } from '../questions/turn.ts';
import { button } from '../telegram/buttons.ts';
import { spoken } from '../words/spoken.ts';
import { askedBody, askedHeader } from './asked.ts';
import type { Html } from './html.ts';
import { code, line, ours } from './html.ts';
import { jobScreen, jobTitle } from './job.ts';
import { provingDue, provingLines } from './proving.ts';
import type { Screen } from './screen.ts';
import { fitParts, still } from './screen.ts';
import { clock } from './time.ts';
import type { View } from './view.ts';

/** What takes longer than this says so, in ms. */
const LONG_PLAN_MS = 5_000;
/** How long a plan that was made may be on its way, in ms. */
const ON_THE_WAY_MS = 3_000;

/** A change that waits for its plan, for what people have to say to it, or that will not come to pass. */
export function questionScreen(post: Post, confirm: Confirm, plan: Job | undefined, view: View): Screen {
  const copy = post.id !== confirm.post;
  const again = copy ? [] : [[button('Ask again', { act: 'again', confirm: confirm.id })]];
  if (confirm.state === 'no') return still(endedLine(confirm, plan, view));
  if (!plan) return still(unplannedLine(post, confirm), again);
  if (plan.state !== 'ended') return waitingScreen(plan, view, again);
  const question = questionOf({ confirm, jobs: [plan] }, view.cards, view.operators);
  if (!plan.plan) return jobScreen(plan, view);
  return question
    ? plannedScreen(post, question, view)
    : still(ours(`/${confirm.operation} is not known here any more. Nothing was done.`));
}

/** A question whose plan is known. */
export function plannedScreen(post: Post, question: Question, view: View): Screen {
  const { confirm, plan } = question;
  const copy = post.id !== confirm.post;
  const again = copy ? [] : [[button('Ask again', { act: 'again', confirm: confirm.id })]];
  if (confirm.state === 'no') return still(endedLine(confirm, plan, view));
  if (confirm.state === 'yes') return orderedScreen(question, view);
  if (view.now >= confirm.expiresAt) return { ...still(expiredLine(plan, view), again) };
  if (!canBeMet(question))
    return { ...fitParts([askedHeader(question), ours(unmet(question))]), keyboard: [], final: true };
  return openScreen(post, question, view);
}

function openScreen(post: Post, question: Question, view: View): Screen {
  const parts = [
    ...[askedHeader(question), ...askedBody(question), ...saidLines(question, view)],
    ...[...nextLines(question, view), ...provingLines(post, question, view)],
  ];
  const alarms = alarmsOf(post, question);
  return {
    ...fitParts(parts),
    keyboard: keyboardOf(post, question),
    ...(alarms.length > 0 ? { alarms } : {}),
    final: false,
    dueAt: provingDue(question, view),
  };
}

/** Who said yes, and when. */
function saidLines({ confirm, needs }: Question, view: View): Html[] {
  if (needs.approvers === 0) return [];
  return (confirm.said?.approvals ?? []).map(({ operator: { id, name }, at }) =>
    ours(`✅ ${name} ${id === confirm.operator.id ? 'asked, and said' : 'said'} yes at ${clock(at, view.zone)}`),
  );
}

/** What is waited for, of whom, and how long. */
function nextLines(question: Question, view: View): Html[] {
  const { confirm, needs } = question;
  const wait = formatDuration(confirm.expiresAt - view.now);
  const { name } = confirm.operator;
  switch (stageOf(question)) {
    case 'reason':
      return [ours(`${name}, type the reason. There is ${wait} left.`)];
    case 'name': {
      const wrong = confirm.said?.wrong ? ` ${confirm.said.wrong} of 3 tries were wrong.` : '';
      return [line(ours(`${name}, type`), code(needs.name ?? ''), ours(`to go on.${wrong} There is ${wait} left.`))];
    }
    case 'code':
      return [];
    case 'approvers':
    case 'ready':
      return [ours(`⏳ Still missing: ${stillMissing(question)}. There is ${wait} left.`)];
    case 'tap':
      return [...needLines(question), ours(`${name} has ${wait} to answer.`)];
  }
}

function needLines(question: Question): Html[] {
  const { confirm, needs } = question;
  const { approvers, selfApproval } = needs;
  const others = anyOf(approversOf(question));
  const needed = yesesNeeded(question);
  const own = `${confirm.operator.name}'s own`;
  const one = selfApproval ? `the yes of ${others}, or ${own}` : `the yes of ${others} as well`;
  const more = `${needed} more yeses, of ${others}${selfApproval ? `; ${own} counts` : ''}`;
  return [
    needs.reason && reasonOf(confirm) === undefined ? ours('It takes a reason, which is typed next.') : undefined,
    needs.stepup ? ours('It takes the code of an authenticator, which is typed in private.') : undefined,
    needs.name === undefined ? undefined : line(ours('It takes its name, which is typed next:'), code(needs.name)),
    approvers === 0 ? undefined : ours(`It takes ${needed === 1 ? one : more}.`),
  ].filter((each) => each !== undefined);
}

function keyboardOf(post: Post, { confirm, card, ...question }: Question): Screen['keyboard'] {
  const copy = post.id !== confirm.post;
  const stage = stageOf({ confirm, card, ...question });
  const no = button(copy ? 'Decline' : 'Cancel', { act: 'no', confirm: confirm.id });
  if (stage === 'tap' && !copy) {
    const style = confirm.environment === 'prod' || card.risk !== 'change' ? 'danger' : 'success';
    return [[button(yesText(confirm, card), { act: 'yes', confirm: confirm.id }, style), no]];
  }
  const others = stage === 'approvers' && (copy || post.chat < 0);
  return [[...(others ? [button('Approve', { act: 'yes', confirm: confirm.id }, 'danger')] : []), no]];
}

/** In a group words have to be answers to the bot, and whoever is waited for should hear of it. */
function alarmsOf(post: Post, question: Question): NonNullable<Screen['alarms']> {
  const { confirm, needs } = question;
  const { name } = confirm.operator;
  if (post.chat > 0) return [];
  switch (stageOf(question)) {
    case 'reason':
      return [{ key: 'reason', html: ours(`${name}, type the reason as an answer to this.`), force: true }];
    case 'name':
      return [
        {
          key: 'name',
          html: line(ours(`${name}, type`), code(needs.name ?? ''), ours('as an answer to this.')),
          force: true,
        },
      ];
    case 'approvers':
      return [{ key: 'second', html: ours(`${name} needs the yes of ${stillMissing(question)} for this.`) }];
    default:
      return [];
  }
}

/** The request in the chat of somebody else, once it is ordered. */
function orderedScreen(question: Question, view: View): Screen {
  const end = ours(`${question.confirm.operator.name} has been told how it goes on; see /jobs`);
  return {
    ...fitParts([line(ours('☑️'), askedHeader(question)), ...askedBody(question), ...saidLines(question, view), end]),
    keyboard: [],
    final: true,
  };
}

function yesText({ input }: Confirm, card: Card): string {
  const target = card.targetOf(input);
  return `${spoken(card)}${target === undefined ? '' : ` ${target}`}`.slice(0, 40);
}

function waitingScreen(plan: Job, view: View, again: Screen['keyboard']): Screen {
  const { acceptedAt, expiresAt, node } = plan;
  const { planMs = 0 } = view.cards.get(plan.operation) ?? {};
  const isLong = planMs > LONG_PLAN_MS && acceptedAt !== undefined;
  const until = acceptedAt === undefined ? expiresAt : Math.max(expiresAt, acceptedAt + planMs + ON_THE_WAY_MS);
  if (view.now < until) {
    const html = line(ours('⏳'), ours(`Asking ${node} what it would do…`), ours(isLong ? longText(planMs) : ''));
    return { html, keyboard: [], final: false, dueAt: until };
  }
  return still(line(ours('❔'), ours(`${plan.node} does not answer. Nothing was queued. See /nodes`)), again);
}

function longText(ms: number): string {
  return `It looks at what is far away, which may take ${formatDuration(ms)}.`;
}

function endedLine({ operator, said }: Confirm, plan: Job | undefined, view: View): Html {
  const who = said?.ended?.operator ?? operator;
  const title = plan && who.id !== operator.id ? `${jobTitle(plan, view)}, which ${operator.name} asked for: ` : '';
  if (said?.ended?.because !== undefined) return ours(`${title}${said.ended.because} Nothing was done.`);
  const when = said?.ended && who.id !== operator.id ? ` at ${clock(said.ended.at, view.zone)}` : '';
  const how = who.id === operator.id ? 'Cancelled' : 'declined';
  return ours(`${title}${how} by ${who.name}${when}. Nothing was done.`);
}

function expiredLine(plan: Job, view: View): Html {
  return line(ours('⌛'), ours(`${jobTitle(plan, view)}: the question has expired. Nothing was done.`));
}

/** It came so late that no plan was asked for; or the ledger has lost the plan. */
function unplannedLine(post: Post, { expiresAt, operation }: Confirm): Html {
  if (expiresAt > post.createdAt)
    return line(ours('⌛'), ours(`What /${operation} would do was lost with the ledger. Ask again.`));
  const ago = formatDuration(post.createdAt - expiresAt);
  return line(ours('⌛'), ours(`You asked for /${operation} ${ago} ago, so nothing was done. Do you still want it?`));
}
