import { Composer } from 'grammy';
import type { Job } from '#src/ledger/records.ts';
import { shortId } from '#src/wire/ids.ts';
import type { Ctx, HubDeps } from '../context.ts';
import type { Html } from '../render/html.ts';
import { bold, code, italic, line, ours } from '../render/html.ts';
import { jobScreen, jobTitle } from '../render/job.ts';
import { TONE_MARK } from '../render/marks.ts';
import { dateTime } from '../render/time.ts';
import { answer } from '../telegram/answer.ts';

const SHOWN = 12;

/** `/jobs` and `/job <id>`: what was done, by whom, and how it ended. */
export function jobs(deps: HubDeps): Composer<Ctx> {
  const composer = new Composer<Ctx>();
  composer.command('jobs', async (ctx) => {
    const latest = (await deps.ledger.jobs({ limit: SHOWN * 2 })).filter(({ kind }) => kind === 'run').slice(0, SHOWN);
    if (latest.length === 0) return await answer(ctx, deps, [ours('Nothing has been asked yet. Try /health')]);
    await answer(ctx, deps, [
      ...latest.map((job) => jobLine(job, deps)),
      ours(`One in full: /job ${shortId(latest[0]?.id ?? '')}`),
    ]);
  });
  composer.command('job', async (ctx) => {
    const typed = ctx.match.trim().toLowerCase();
    if (!/^[0-9a-z]{2,26}$/.test(typed))
      return await answer(ctx, deps, [ours('Which one? Usage: /job <id>. See /jobs')]);
    const found = await deps.ledger.jobs({ id: typed, limit: 2 });
    const [job, other] = found;
    if (!job) return await answer(ctx, deps, [ours(`There is no job ${typed}. See /jobs`)]);
    if (other) return await answer(ctx, deps, [ours(`More than one job begins with ${typed}: type more of it.`)]);
    await answer(ctx, deps, [jobScreen(job, deps.view()).html, ...times(job, deps)]);
  });
  return composer;
}

function jobLine(job: Job, deps: HubDeps): Html {
  const mark = job.state === 'ended' ? TONE_MARK[job.reply?.tone ?? 'info'] : '⏳';
  const ending = job.verdict ?? job.state;
  return line(
    ours(mark),
    code(shortId(job.id)),
    bold(ours(jobTitle(job, deps.view()))),
    ours(`· ${ending} · ${job.operator.name} · ${dateTime(job.askedAt, deps.config.timezone)}`),
  );
}

function times({ id, askedAt, acceptedAt, endedAt }: Job, { config }: HubDeps): Html[] {
  const steps = { asked: askedAt, accepted: acceptedAt, ended: endedAt };
  const known = Object.entries(steps).flatMap(([word, at]) =>
    at === undefined ? [] : [`${word} ${dateTime(at, config.timezone)}`],
  );
  return [italic(ours(`${id}: ${known.join(', ')}`))];
}
