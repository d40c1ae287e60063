import type { InlineKeyboardMarkup } from 'grammy/types';
import { readButton } from './button.ts';
import type { Params } from './params.ts';
import { badRequest } from './refusal.ts';

const MOST_BUTTONS = 100;
const MOST_BYTES = 10_000;
const FLAGS = ['force_reply', 'remove_keyboard', 'selective', 'one_time_keyboard', 'is_persistent', 'resize_keyboard'];

/** What a `reply_markup` asks for. Only inline keyboards become part of a message. */
export interface Markup {
  inline?: InlineKeyboardMarkup;
  forceReply: boolean;
}

/** The `reply_markup` of a call that sends, or Telegram's refusal. */
export function readMarkup(params: Params): Markup {
  const sent = params.json('reply_markup', "Can't parse reply keyboard markup JSON object");
  if (sent === undefined) return { forceReply: false };
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent))
    throw badRequest('Object expected as reply markup');
  const fields = new Map<string, unknown>(Object.entries(sent));
  for (const name of FLAGS) {
    if (fields.has(name) && typeof fields.get(name) !== 'boolean')
      throw badRequest(`Field "${name}" must be of type Boolean`);
  }
  const forceReply = fields.get('force_reply') === true;
  if (!fields.has('inline_keyboard')) return { forceReply };
  const inline = readInline(fields.get('inline_keyboard'));
  return { forceReply, ...(inline.inline_keyboard.length > 0 ? { inline } : {}) };
}

/** The `reply_markup` of a call that edits: an inline keyboard or nothing. */
export function readInlineMarkup(params: Params): InlineKeyboardMarkup | undefined {
  const { inline } = readMarkup(params);
  const empty = /^\s*(?:\{\s*\}|\{\s*"inline_keyboard".*\})?\s*$/s.test(params.text('reply_markup'));
  if (!inline && !empty) throw badRequest('inline keyboard expected');
  return inline;
}

function readInline(sent: unknown): InlineKeyboardMarkup {
  if (!Array.isArray(sent)) throw badRequest('Field "inline_keyboard" must be of type Array');
  const rows = sent.map((row: unknown) => {
    if (!Array.isArray(row)) throw badRequest('Field "inline_keyboard" must be an Array of Arrays');
    return row.map(readButton);
  });
  const inline_keyboard = rows.filter((row) => row.length > 0);
  const tooLong = inline_keyboard.flat().length > MOST_BUTTONS || Buffer.byteLength(JSON.stringify(rows)) > MOST_BYTES;
  if (tooLong) throw badRequest('reply markup is too long');
  return { inline_keyboard };
}
