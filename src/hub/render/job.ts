import { formatDuration } from '#src/kit/duration.ts';
import type { Job } from '#src/ledger/records.ts';
import { shortId } from '#src/wire/ids.ts';
import { button } from '../telegram/buttons.ts';
import { spoken } from '../words/spoken.ts';
import { bannerLines } from './banner.ts';
import type { Html } from './html.ts';
import { bold, italic, line, ours, theirs } from './html.ts';
import { STEP_MARK } from './marks.ts';
import { replyButtons, replyFile, replyParts, titleLine } from './reply.ts';
import { rowsOf } from './rows.ts';
import type { Screen } from './screen.ts';
import { fitParts } from './screen.ts';
import { clock } from './time.ts';
import type { View } from './view.ts';

/** Work that took longer than this ends with a message of its own, in ms. */
const RING_AFTER_MS = 20_000;
/** How long after its time limit a running job is still given to say how it ended, in ms. */
const SILENCE_MS = 30_000;

/** One job as its message shows it: plan, progress, or verdict first. */
export function jobScreen(job: Job, view: View): Screen {
  return job.state === 'ended' ? endedScreen(job, view) : openScreen(job, view);
}

/** What a job is, in words: `Restart demo on local`. */
export function jobTitle({ operation, input, node }: Pick<Job, 'operation' | 'input' | 'node'>, view: View): string {
  const card = view.cards.get(operation);
  const target = card?.targetOf(input);
  return `${spoken(card ?? { name: operation })}${target === undefined ? '' : ` ${target}`} on ${node}`;
}

/** The job's steps, one line each: as it told them, or as its card lists them. */
export function stepLines(job: Job, view: View): Html[] {
  const card = view.cards.get(job.operation);
  const ended = job.state === 'ended' && job.verdict === 'done';
  const planned = (card?.steps ?? []).map(({ title }) => ({
    title,
    state: ended ? ('done' as const) : ('to come' as const),
  }));
  const told = ended || job.steps.length === 0 ? planned : job.steps;
  return told.map(({ title, state }) => {
    const note = state === 'running' && job.note ? line(ours('·'), theirs(job.note)) : undefined;
    return line(ours(STEP_MARK[state]), theirs(title), note);
  });
}

/** The word about a job that nobody hears of any more; undefined while there is still time. */
export function silence(job: Job, view: View): Html | undefined {
  const due = silentFrom(job, view);
  if (due === undefined || view.now < due) return undefined;
  if (job.state === 'queued')
    return ours(`No word from ${job.node}; it cannot start any more after ${clock(job.expiresAt, view.zone)}.`);
  return ours(
    `No word from ${job.node} since ${clock(job.acceptedAt ?? job.askedAt, view.zone)}. It may still be at work; see /nodes`,
  );
}

function openScreen(job: Job, view: View): Screen {
  const quiet = silence(job, view);
  const elapsed = formatDuration(view.now - job.askedAt);
  const header = line(ours(quiet ? '❔' : '⏳'), bold(ours(jobTitle(job, view))));
  const state = job.state === 'unknown' ? theirs(job.note ?? 'Interrupted; finding out what became of it.') : undefined;
  const parts = [header, ...stepLines(job, view), state, quiet, ...reasonLines(job), footer(job, view, elapsed)];
  const due = silentFrom(job, view);
  return {
    ...fitParts(parts.filter((part) => part !== undefined)),
    keyboard: quiet || job.state === 'unknown' ? [] : [[button('Cancel', { act: 'cancel', job: job.id })]],
    final: false,
    dueAt: due !== undefined && due > view.now ? due : undefined,
  };
}

function endedScreen(job: Job, view: View): Screen {
  const { reply, verdict } = job;
  if (!reply)
    return { ...fitParts([ours(`${jobTitle(job, view)}: ${verdict ?? 'ended'}`)]), keyboard: [], final: true };
  const changes = view.cards.get(job.operation)?.risk !== 'read';
  const told = changes && (verdict === 'done' || verdict === 'failed') ? stepLines(job, view) : [];
  const ending = verdict === 'done' ? undefined : `${jobTitle(job, view)}: ${verdict}`;
  const took = job.tookMs === undefined || !changes ? undefined : formatDuration(job.tookMs);
  const heading = titleLine(job.node, reply);
  const body = fitParts([
    heading,
    ...(ending ? [ours(ending)] : []),
    ...told,
    ...replyParts(reply),
    ...reasonLines(job),
    ...(changes ? [] : bannerLines(view)),
    footer(job, view, took),
  ]);
  return {
    html: body.html,
    file: both(replyFile(job), body.file),
    keyboard: rowsOf(replyButtons(job)),
    final: true,
    ring: (job.endedAt ?? 0) - job.askedAt > RING_AFTER_MS ? heading : undefined,
  };
}

function both(output: Screen['file'], rest: Screen['file']): Screen['file'] {
  return output && rest ? { ...output, text: `${rest.text}\n\n${output.text}` } : (output ?? rest);
}

/** From when on a job is silent for so long that nothing more is waited for, in ms since 1970; undefined once it has ended. */
export function silentFrom(job: Job, view: Pick<View, 'cards'>): number | undefined {
  if (job.state === 'ended') return undefined;
  if (job.state === 'queued') return job.expiresAt + 1_000;
  const { timeoutMs = 0, graceMs = 0 } = view.cards.get(job.operation) ?? {};
  return (job.acceptedAt ?? job.askedAt) + timeoutMs + graceMs + SILENCE_MS;
}

function reasonLines({ reason }: Job): Html[] {
  return reason === undefined ? [] : [line(ours('Reason:'), theirs(reason))];
}

function footer(job: Job, view: View, took: string | undefined): Html {
  const { id, operator } = job;
  const yeses = (job.approvals ?? []).map(({ operator: by, at }) =>
    by.id === operator.id ? 'self-approved' : `approved by ${by.name} at ${clock(at, view.zone)}`,
  );
  const words = [`job ${shortId(id)}`, operator.name, ...yeses, took];
  return italic(ours(words.filter((word) => word !== undefined).join(' · ')));
}
