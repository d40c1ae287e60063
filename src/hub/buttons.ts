import type { InlineKeyboardButton } from 'grammy/types';

/** What a button of ours means. Its data holds no more than an opaque id: all facts stay in the ledger. */
export type Button =
  | { act: 'yes' | 'no' | 'again'; confirm: string }
  /** Opens the command that a reply offered at `index`. */
  | { act: 'open'; job: string; index: number };

const CODES = { yes: 'y', no: 'n', again: 'a' } as const;
const FORM = /^(?:([yna]):([0-9a-hjkmnp-tv-z]{26})|o:([0-9a-hjkmnp-tv-z]{26}):(\d))$/;
/** Telegram's limit for `callback_data`. */
const MAX_BYTES = 64;

/** A button as Telegram takes it. Throws when its data is over Telegram's limit. */
export function button(text: string, means: Button, style?: 'danger' | 'success' | 'primary'): InlineKeyboardButton {
  const data = means.act === 'open' ? `o:${means.job}:${means.index}` : `${CODES[means.act]}:${means.confirm}`;
  if (Buffer.byteLength(data) > MAX_BYTES) throw new Error(`button data of ${data.length} bytes`);
  return { text, callback_data: data, ...(style ? { style } : {}) };
}

/** Reads the data of a press; undefined for anything that no button of ours carries. */
export function readButton(data: string | undefined): Button | undefined {
  const [, code, confirm, job, index] = FORM.exec(data ?? '') ?? [];
  if (job !== undefined) return { act: 'open', job, index: Number(index) };
  const act = (['yes', 'no', 'again'] as const).find((each) => CODES[each] === code);
  return act && confirm !== undefined ? { act, confirm } : undefined;
}
