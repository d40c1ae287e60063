import type { InlineKeyboardButton } from 'grammy/types';

/** So many characters stand in one row on a phone; its buttons are all as wide as the widest. */
const WIDTH = 34;
/** What a button takes beside its text. */
const FRAME = 3;
const MOST = 3;

/** Buttons in rows in which each can be read on a phone, in their order; one that is too long has a row of its own. */
export function rowsOf(buttons: readonly InlineKeyboardButton[]): InlineKeyboardButton[][] {
  const rows: InlineKeyboardButton[][] = [];
  for (const button of buttons) {
    const last = rows.at(-1);
    const row = [...(last ?? []), button];
    const widest = Math.max(...row.map(({ text }) => [...text].length + FRAME));
    if (last && row.length <= MOST && widest * row.length <= WIDTH + FRAME) last.push(button);
    else rows.push([button]);
  }
  return rows;
}
