import { Composer } from 'grammy';
import { Problem } from '#src/kit/problem.ts';
import { capital } from '#src/kit/text.ts';
import type { Job } from '#src/ledger/records.ts';
import { shortId } from '#src/wire/ids.ts';
import type { Ctx, HubDeps } from '../context.ts';
import { mayCancel } from '../questions/cancel.ts';
import { ours } from '../render/html.ts';
import { jobTitle } from '../render/job.ts';
import type { AnswerOptions } from '../telegram/answer.ts';
import { answer } from '../telegram/answer.ts';
import { button } from '../telegram/buttons.ts';

/** How many of the latest jobs are searched for open ones, and how many of these are offered. */
const SEARCHED = 200;
const OFFERED = 10;

/** `/cancel [job]`: stops a job, or ends the question that waits for an answer here. */
export function cancel(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.command('cancel', async (ctx) => {
    const typed = ctx.match.trim().toLowerCase();
    if (typed === '' && ctx.dropped) return await answer(ctx, deps, [ours('Put aside. Nothing was asked.')]);
    try {
      const jobs = typed === '' ? await openHere(ctx, deps) : [await jobCalled(typed, deps)];
      const [job, other] = jobs;
      if (job && !other) return await answer(ctx, deps, [ours(await stop(ctx, deps, job))]);
      const more = jobs.length > OFFERED ? ` These are the newest ${OFFERED} of ${jobs.length}; see /jobs` : '';
      await answer(ctx, deps, [ours(`Which one?${more}`)], choices(jobs, deps));
    } catch (error) {
      if (!(error instanceof Problem) || error.code === 'ledger') throw error;
      await answer(ctx, deps, [ours(error.message)]);
    }
  });
  return composer;
}

async function stop(ctx: Ctx, deps: HubDeps, job: Job): Promise<string> {
  const { operator } = ctx.admitted;
  return `${jobTitle(job, deps.view())}: ${await deps.cancel({ job, operator, chat: ctx.chat?.id ?? operator.id })}`;
}

/** The job whose id begins with what was typed. Throws Problem `cancel`, with the usage when that is no beginning of an id. */
export async function jobCalled(
  typed: string,
  { ledger }: HubDeps,
  usage = '/cancel <job>, or /cancel for what runs here',
): Promise<Job> {
  if (!/^[0-9a-z]{2,26}$/.test(typed)) throw new Problem('cancel', `Which one? Usage: ${usage}. See /jobs`);
  const [job, other] = (await ledger.jobs({ id: typed, limit: 10 })).filter(({ kind }) => kind === 'run');
  if (!job) throw new Problem('cancel', `There is no job ${typed}. See /jobs`);
  if (other) throw new Problem('cancel', `More than one job begins with ${typed}: type more of it.`);
  return job;
}

/** What is open in this chat and this person may stop, newest first. Throws Problem `cancel` when there is nothing. */
async function openHere(ctx: Ctx, { ledger }: HubDeps): Promise<Job[]> {
  const open = (await ledger.jobs({ limit: SEARCHED })).filter((job) => job.kind === 'run' && job.state !== 'ended');
  const posts = await Promise.all([...new Set(open.map(({ post }) => post))].map((post) => ledger.story(post)));
  const here = new Set(posts.filter((story) => story?.post.chat === ctx.chat?.id).map((story) => story?.post.id));
  const inChat = open.filter(({ post }) => here.has(post));
  const [first] = inChat;
  if (!first) throw new Problem('cancel', 'Nothing runs here. See /jobs');
  const own = inChat.filter((job) => mayCancel(job, ctx.admitted.operator));
  // Nothing of one's own: the refusal says whose it is.
  return own.length > 0 ? own : [first];
}

function choices(jobs: readonly Job[], deps: HubDeps): AnswerOptions {
  const rows = jobs
    .slice(0, OFFERED)
    .map((job) => [
      button(capital(`${jobTitle(job, deps.view())} · ${shortId(job.id)}`), { act: 'cancel', job: job.id }),
    ]);
  return { markup: { inline_keyboard: rows } };
}
