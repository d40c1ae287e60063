import type { InlineKeyboardButton } from 'grammy/types';
import { formatDuration } from '#src/kit/duration.ts';
import { sanitise } from '#src/kit/text.ts';
import type { Alert, Handling, Post } from '#src/ledger/records.ts';
import type { ReplyButton } from '#src/operation/reply.ts';
import { shortId } from '#src/wire/ids.ts';
import { inEffect } from '../alerts/handling.ts';
import { reminderOf } from '../alerts/reminder.ts';
import { button } from '../telegram/buttons.ts';
import { bannerLines } from './banner.ts';
import type { Html } from './html.ts';
import { bold, italic, line, ours, theirs } from './html.ts';
import { TONE_MARK } from './marks.ts';
import { replyParts } from './reply.ts';
import { rowsOf } from './rows.ts';
import type { Screen } from './screen.ts';
import { fitParts } from './screen.ts';
import { clock, dateTime } from './time.ts';
import type { View } from './view.ts';

/** An alert as its message shows it through its life; undefined when there is nothing to tell: it came and went under a silence. */
export function alertScreen(post: Post, alert: Alert, said: Handling | undefined, view: View): Screen | undefined {
  const handling = inEffect(alert, said, view.now);
  if (alert.state === 'resolved') return overScreen(post, alert, said, view);
  const silenced = handling?.act === 'silenced';
  const heading = titleOf(alert);
  const since = ours(`since ${when(alert.openedAt, view)}`);
  const parts = [
    heading,
    since,
    ...replyParts(alert.reply),
    handlingLine(handling, view),
    ...bannerLines(view),
    footer(alert),
  ];
  // A silence has ended over it, or it got worse since it was first shown: the phone rings again, once for each.
  const again =
    said?.until !== undefined && view.now >= said.until && post.message !== undefined && said.alert === alert.id;
  const reminder = handling === undefined ? reminderOf(post, alert, view.now) : undefined;
  return {
    ...fitParts(parts.filter((part) => part !== undefined)),
    keyboard: [...rowsOf(buttonsOf('remedy', alert.id, alert.reply.buttons)), handlingButtons(alert, handling)].filter(
      (row) => row.length > 0,
    ),
    final: false,
    dueAt: silenced ? handling.until : reminder?.nextAt,
    alarms: silenced
      ? []
      : [
          ...(again ? [{ key: 'still' as const, html: line(ours('🔔 Still:'), heading) }] : []),
          ...(alert.worse ? [{ key: 'worse' as const, html: line(ours('📈 Worse:'), heading) }] : []),
          ...(reminder?.key ? [{ key: reminder.key, html: line(ours('🔔 Nobody has it yet:'), heading) }] : []),
        ],
  };
}

function overScreen(post: Post, alert: Alert, said: Handling | undefined, view: View): Screen | undefined {
  const over = alert.resolvedAt ?? view.now;
  const quiet = said?.act === 'silenced' && (said.until === undefined ? said.alert === alert.id : over < said.until);
  if (quiet && post.message === undefined) return undefined;
  const resolution = alert.resolution ?? `${alert.reply.title}: over`;
  const heading = line(ours(TONE_MARK.ok), bold(ours(alert.node)), ours('·'), bold(theirs(resolution)));
  const took = formatDuration(Math.max(0, over - alert.openedAt));
  const was = line(ours('It was:'), theirs(alert.reply.title));
  const times = ours(`from ${when(alert.openedAt, view)} to ${when(over, view)}, ${took}`);
  const handled = said && said.alert === alert.id ? handlingLine(said, view) : undefined;
  const mends = alert.after?.length ? ours('What could not do without it did not come back by itself:') : undefined;
  const parts = [heading, was, times, ...replyParts({ ...alert.reply, buttons: [] }), handled, mends, footer(alert)];
  const ring = line(heading, ours(`after ${took}`));
  return {
    ...fitParts(parts.filter((part) => part !== undefined)),
    keyboard: rowsOf(buttonsOf('mend', alert.id, alert.after ?? [])),
    final: true,
    // One that was over before anybody could see it is told by its own message.
    ring: quiet || post.message === undefined ? undefined : ring,
  };
}

/** An alert's first line: `❌ alpha · web is down`. */
export function titleOf({ node, reply }: Pick<Alert, 'node' | 'reply'>): Html {
  return line(ours(TONE_MARK[reply.tone]), bold(ours(node)), ours('·'), bold(theirs(reply.title)));
}

/** Who has it, or until when it is quiet; nothing when nothing was said. */
export function handlingLine(handling: Handling | undefined, view: View): Html | undefined {
  if (!handling) return undefined;
  const { act, operator, at, until } = handling;
  if (act === 'acked') return ours(`👤 ${operator.name} has it since ${clock(at, view.zone)}`);
  const end = until === undefined ? 'it is fixed' : when(until, view);
  return ours(`🔕 Silenced by ${operator.name} until ${end}`);
}

function buttonsOf(act: 'remedy' | 'mend', alert: string, offered: readonly ReplyButton[]): InlineKeyboardButton[] {
  return offered.map(({ label, operation }, index) =>
    button(sanitise(label).replace(/\s+/g, ' ').trim() || operation, { act, alert, index }, 'primary'),
  );
}

function handlingButtons({ id }: Alert, handling: Handling | undefined): InlineKeyboardButton[] {
  if (handling) return [button('Undo', { act: 'undo', alert: id })];
  return [
    button('I have it', { act: 'ack', alert: id }, 'success'),
    button('🔕 1 h', { act: 'hush1h', alert: id }),
    button('🔕 4 h', { act: 'hush4h', alert: id }),
    button('🔕 until fixed', { act: 'hushFixed', alert: id }),
  ];
}

function when(ms: number, view: View): string {
  return view.now - ms < 43_200_000 && ms - view.now < 43_200_000 ? clock(ms, view.zone) : dateTime(ms, view.zone);
}

function footer(alert: Alert): Html {
  return italic(ours(`alert ${shortId(alert.id)}`));
}
