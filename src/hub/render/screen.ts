import type { InlineKeyboardButton } from 'grammy/types';
import type { Post } from '#src/ledger/records.ts';
import type { Html } from './html.ts';
import { lines, ours, plain } from './html.ts';

/** What one message shows, whole. */
export interface Screen {
  html: Html;
  keyboard: InlineKeyboardButton[][];
  /** Long output, sent as a file below the message. */
  file?: { name: string; text: string; caption: string } | undefined;
  /** A short line sent as a new message at the end of long work, so that the phone rings. */
  ring?: Html | undefined;
  /** Short lines sent as new messages while it goes on, each once, so that the phone rings again; `force` asks the one who asked for an answer to it. */
  alarms?: { key: Exclude<Post['extras'][number], 'file' | 'ring'>; html: Html; force?: true }[];
  /** Nothing more will come of it. */
  final: boolean;
  /** When it has to be looked at again although no event came, in ms since 1970. */
  dueAt?: number | undefined;
}

/** A message that stays as it is. */
export function still(html: Html, keyboard: InlineKeyboardButton[][] = []): Screen {
  return { html, keyboard, final: true };
}

/** Telegram takes 4096 characters after parsing; the rest of ours is room for the closing line. */
const MAX_TEXT = 3_900;

/** Joins parts to one message; what does not fit goes into a file with all of it. */
export function fitParts(parts: readonly Html[]): Pick<Screen, 'html' | 'file'> {
  let length = 0;
  const kept = parts.filter((part) => {
    length += plain(part).length + 1;
    return length <= MAX_TEXT;
  });
  if (kept.length === parts.length) return { html: lines(kept) };
  const text = parts.map(plain).join('\n');
  return {
    html: lines([...kept, ours('… all of it is in the file.')]),
    file: { name: 'all.txt', text, caption: 'all of it' },
  };
}
