import type { Job, Post } from '#src/ledger/records.ts';
import { Finding } from '#src/operation/verdict.ts';
import { button } from '../telegram/buttons.ts';
import { line, lines, ours, theirs } from './html.ts';
import { silence } from './job.ts';
import type { Screen } from './screen.ts';
import { clock } from './time.ts';
import type { View } from './view.ts';

/** Whether a change ended so, or is silent for so long, that a person has to look. */
export function needsPerson(job: Job, view: Pick<View, 'now' | 'cards'>): boolean {
  if (job.kind !== 'run' || view.cards.get(job.operation)?.risk === 'read') return false;
  if (job.state === 'ended') return Finding.safeParse(job.verdict).success;
  return silence(job, { ...view, zone: undefined, operators: [] }) !== undefined;
}

/** A job's screen with what came after its end, and with what a person can do about it while nobody has said that it is settled. */
export function withAftermath(screen: Screen, job: Job, post: Post, view: View): Screen {
  const { found } = job;
  const { resolved } = post;
  const looked =
    found && line(ours(`🔎 Looked again at ${clock(found.at, view.zone)}: ${found.verdict}.`), theirs(found.because));
  const settled = resolved && ours(`☑️ Resolved by ${resolved.operator.name} at ${clock(resolved.at, view.zone)}`);
  const html = looked || settled ? lines([screen.html, looked, settled]) : screen.html;
  if (resolved || !needsPerson(job, view)) return { ...screen, html };
  const row = [
    button('Verify', { act: 'verify', job: job.id }),
    button('Run again', { act: 'rerun', job: job.id }),
    button('Resolved', { act: 'resolve', job: job.id }),
  ];
  return { ...screen, html, keyboard: [...screen.keyboard, row] };
}
