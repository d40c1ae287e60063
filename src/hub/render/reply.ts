import type { InlineKeyboardButton } from 'grammy/types';
import { count, sanitise, tail } from '#src/kit/text.ts';
import type { Job } from '#src/ledger/records.ts';
import type { Fact, Reply } from '#src/operation/reply.ts';
import { button } from '../telegram/buttons.ts';
import type { Html } from './html.ts';
import { bold, code, line, lines, ours, plain, pre, theirs } from './html.ts';
import { TONE_MARK } from './marks.ts';
import type { Screen } from './screen.ts';

/** Longest quoted output inside a message; more goes into a file, its end is quoted. */
const MAX_QUOTE = 2_400;
const QUOTED_LINES = 15;

/** A reply's first line: whose result, and the result. */
export function titleLine(nodes: string, reply: Reply): Html {
  return line(ours(TONE_MARK[reply.tone]), bold(ours(nodes)), ours('·'), bold(theirs(reply.title)));
}

/** One fact: `✅ Disk 45 GB free of 200 GB · at least 10 GB`. */
export function factLine({ label, value, limit, tone }: Fact): Html {
  return line(
    tone ? ours(TONE_MARK[tone]) : undefined,
    theirs(label),
    code(value),
    limit ? line(ours('·'), theirs(limit)) : undefined,
  );
}

/** What stands below the title: facts, then quoted output or its end. */
export function replyParts({ block, facts }: Reply): Html[] {
  return [...facts.map(factLine), ...(block ? [quoted(block)] : [])];
}

/** The file for output that is too long for a message. */
export function replyFile(job: Job): Screen['file'] {
  const block = job.reply?.block;
  if (!block || block.text.length <= MAX_QUOTE) return undefined;
  const name = [job.node, ...Object.values(job.input).filter((value) => typeof value === 'string'), job.operation]
    .join('-')
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .slice(0, 60);
  return { name: `${name}.txt`, text: block.text, caption: `${plain(theirs(block.label))}, untrusted` };
}

/** The buttons that a reply offers: ordinary commands on the node that replied. */
export function replyButtons(job: Job): InlineKeyboardButton[] {
  return (job.reply?.buttons ?? []).map(({ label, operation }, index) =>
    button(sanitise(label).replace(/\s+/g, ' ').trim() || operation, { act: 'open', job: job.id, index }),
  );
}

function quoted({ label, text }: { label: string; text: string }): Html {
  if (text.length <= MAX_QUOTE) return lines([line(theirs(label), ours('(untrusted):')), pre(text.trimEnd())]);
  const all = text.trimEnd().split('\n');
  const end = tail(all.slice(-QUOTED_LINES).join('\n'), MAX_QUOTE);
  return lines([
    line(theirs(label), ours(`(untrusted), the end of ${count(all.length, 'line')}; all of it is in the file:`)),
    pre(end),
  ]);
}
