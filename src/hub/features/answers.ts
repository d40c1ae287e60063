import { Composer } from 'grammy';
import { formatDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import { shortId } from '#src/wire/ids.ts';
import type { Ctx, HubDeps } from '../context.ts';
import { FRESH_MS } from '../questions/ask.ts';
import type { Question } from '../questions/needs.ts';
import { approversOf, stageOf } from '../questions/needs.ts';
import { openQuestions } from '../questions/open.ts';
import type { Html } from '../render/html.ts';
import { code, line, ours } from '../render/html.ts';
import { jobTitle } from '../render/job.ts';
import { answer } from '../telegram/answer.ts';

/** How many questions are listed. */
const LISTED = 10;

/** A question that waits for somebody, with the message that shows it. */
interface Waiting {
  question: Question;
  message: number | undefined;
}

/** `/yes [question]` and `/no [question]`: the buttons of a question in words. */
export function answers(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  for (const word of ['yes', 'no'] as const)
    composer.command(word, async (ctx) => {
      try {
        const parts = await respond(ctx, deps, word);
        deps.kick();
        if (parts.length > 0) await answer(ctx, deps, parts);
      } catch (error) {
        if (!(error instanceof Problem) || error.code === 'ledger') throw error;
        await answer(ctx, deps, [ours(error.message)]);
      }
    });
  return composer;
}

/** What is said back; nothing when the message of the question says it. */
async function respond(ctx: Ctx, deps: HubDeps, word: 'yes' | 'no'): Promise<Html[]> {
  const { operator } = ctx.admitted;
  const chat = ctx.chat?.id ?? operator.id;
  const lateMs = deps.now() - (ctx.msg?.date ?? 0) * 1000;
  if (word === 'yes' && lateMs > FRESH_MS)
    throw new Problem('answer', `Your yes came ${formatDuration(lateMs)} late, so it does not count. Type it again.`);
  const meant = chosen(ctx, await waitingFor(deps, operator.id, chat), word);
  const [one, other] = meant;
  if (!one) throw new Problem('answer', 'No question waits for you here. See /jobs');
  if (other) return [ours('Which one?'), ...meant.slice(0, LISTED).map((each) => choiceLine(each, deps, word))];
  const { confirm, plan } = one.question;
  const spoken = await deps.press({ confirm: confirm.id, answer: word, operator, chat, source: 'command' });
  const title = jobTitle(plan, deps.view());
  return spoken.alert || spoken.text.startsWith('Now type') ? [ours(`${title}: ${spoken.text}`)] : [];
}

/** Those of the open questions that are meant: by the beginning of an id, or by the message that is answered. */
function chosen(ctx: Ctx, waiting: Waiting[], word: string): Waiting[] {
  const typed = String(ctx.match ?? '')
    .trim()
    .toLowerCase();
  if (typed !== '' && !/^[0-9a-z]{2,26}$/.test(typed))
    throw new Problem('answer', `Which one? Usage: /${word}, or /${word} <question> when more than one waits.`);
  if (typed !== '') return waiting.filter(({ question }) => question.plan.id.startsWith(typed));
  const to = ctx.msg?.reply_to_message?.message_id;
  const answered = waiting.filter(({ message }) => message !== undefined && message === to);
  return answered.length > 0 ? answered : waiting;
}

/** The questions that this person may answer in this chat now, newest first. */
async function waitingFor(deps: HubDeps, operator: number, chat: number): Promise<Waiting[]> {
  return (await openQuestions(deps)).flatMap(({ question, post }) => {
    const own = question.confirm.operator.id === operator;
    const here = post.chat === chat;
    const asApprover =
      stageOf(question) === 'approvers' &&
      approversOf(question).some(({ id }) => id === operator) &&
      (here || chat === operator);
    return (own && here) || asApprover ? [{ question, message: here ? post.message : undefined }] : [];
  });
}

function choiceLine({ question: { plan } }: Waiting, deps: HubDeps, word: string): Html {
  return line(code(`/${word} ${shortId(plan.id)}`), ours(jobTitle(plan, deps.view())));
}
