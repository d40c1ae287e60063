import { count } from '#src/kit/text.ts';
import type { Job } from '#src/ledger/records.ts';
import { worst } from '#src/operation/reply.ts';
import { spoken } from '../words/spoken.ts';
import { bannerLines } from './banner.ts';
import type { Html } from './html.ts';
import { bold, italic, line, ours } from './html.ts';
import { jobScreen, silence } from './job.ts';
import { TONE_MARK } from './marks.ts';
import { factLine, replyFile, replyParts, titleLine } from './reply.ts';
import type { Screen } from './screen.ts';
import { fitParts } from './screen.ts';
import type { View } from './view.ts';

/** One read of many nodes in one message: the whole first, then nodes that said the same on one line, what is wrong in full. */
export function fanoutScreen(jobs: readonly Job[], view: View): Screen {
  const ended = jobs.filter(({ state }) => state === 'ended');
  const open = jobs.filter(({ state }) => state !== 'ended');
  const groups = [...Map.groupBy(ended, ({ reply }) => `${reply?.tone}\n${reply?.title}`).values()];
  const waiting = open.map((job) =>
    line(ours(silence(job, view) ? '❔' : '⏳'), bold(ours(job.node)), silence(job, view)),
  );
  const told = groups.sort(byTone).flatMap(groupParts);
  const body = fitParts([overall(jobs, ended, view), ...told, ...waiting, ...bannerLines(view), footer(jobs)]);
  const dues = open.map((job) => jobScreen(job, view).dueAt).filter((due) => due !== undefined);
  const files = ended.map((job) => ({ job, file: replyFile(job) })).filter(({ file }) => file !== undefined);
  const long =
    files.length === 0
      ? undefined
      : {
          name: 'all.txt',
          text: [body.file?.text, ...files.map(({ job, file }) => `${job.node}\n${file?.text}`)]
            .filter((each) => each !== undefined)
            .join('\n\n'),
          caption: 'all of it (untrusted)',
        };
  return {
    ...body,
    ...(long ? { file: long } : {}),
    keyboard: [],
    final: open.length === 0,
    dueAt: dues.length > 0 ? Math.min(...dues) : undefined,
  };
}

function overall(jobs: readonly Job[], ended: readonly Job[], view: View): Html {
  const well = ended.filter(({ reply }) => reply?.tone === 'ok' || reply?.tone === 'info').length;
  const mark = ended.length < jobs.length ? '⏳' : TONE_MARK[worst(ended.map(({ reply }) => reply?.tone))];
  const [first] = jobs;
  const words = well === jobs.length ? `${count(well, 'node')} well` : `${well} of ${count(jobs.length, 'node')} well`;
  return line(
    ours(mark),
    bold(ours(`${spoken(view.cards.get(first?.operation ?? '') ?? { name: first?.operation ?? '' })}: ${words}`)),
  );
}

function groupParts(group: readonly Job[]): Html[] {
  const [first] = group;
  if (!first?.reply) return [];
  const heading = titleLine(group.map(({ node }) => node).join(', '), first.reply);
  if (first.reply.tone === 'ok') return [heading];
  return [heading, ...group.flatMap((job) => details(job, group.length > 1))];
}

/** What is not fine on one node: its facts that need a look, and its output. */
function details({ node, reply }: Job, named: boolean): Html[] {
  if (!reply) return [];
  const wrong = reply.facts.filter(({ tone }) => tone === 'warn' || tone === 'bad').map(factLine);
  const output = replyParts({ ...reply, facts: [] });
  const parts = [...wrong, ...output];
  return named && parts.length > 0 ? [bold(ours(node)), ...parts] : parts;
}

function byTone(a: readonly Job[], b: readonly Job[]): number {
  const rank = (group: readonly Job[]) => ['bad', 'warn', 'info', 'ok'].indexOf(group[0]?.reply?.tone ?? 'ok');
  return rank(a) - rank(b);
}

function footer(jobs: readonly Job[]): Html {
  return italic(ours(`${jobs[0]?.operator.name ?? ''} · details of one node: /${jobs[0]?.operation} ${jobs[0]?.node}`));
}
