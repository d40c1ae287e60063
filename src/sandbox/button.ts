import type { InlineKeyboardButton } from 'grammy/types';
import { z } from 'zod';
import { badRequest } from './refusal.ts';
import { checkedLink } from './text/link.ts';

const Button = z.looseObject({
  text: z.string(),
  style: z.enum(['danger', 'success', 'primary']).optional(),
  icon_custom_emoji_id: z.string().optional(),
  url: z.string().optional(),
  callback_data: z.string().optional(),
  switch_inline_query: z.string().optional(),
  switch_inline_query_current_chat: z.string().optional(),
  web_app: z.looseObject({ url: z.string() }).optional(),
  copy_text: z.looseObject({ text: z.string() }).optional(),
  disabled: z.looseObject({}).optional(),
  pay: z.boolean().optional(),
});

type Sent = z.infer<typeof Button>;

/** One button of an inline keyboard as Telegram keeps it, or Telegram's refusal. */
export function readButton(sent: unknown): InlineKeyboardButton {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent))
    throw wrong('InlineKeyboardButton must be an Object');
  const parsed = Button.safeParse(sent);
  if (!parsed.success) throw wrong(complaint(sent, parsed.error));
  const { text, style, icon_custom_emoji_id: icon } = parsed.data;
  if (text.trim() === '') throw badRequest('Inline keyboard button text must be non-empty');
  return { text, ...action(parsed.data), ...(style ? { style } : {}), ...(icon ? { icon_custom_emoji_id: icon } : {}) };
}

type Action =
  | { url: string }
  | { callback_data: string }
  | { switch_inline_query: string }
  | { switch_inline_query_current_chat: string }
  | { web_app: { url: string } }
  | { copy_text: { text: string } }
  | { disabled: Record<string, never> };

function action(sent: Sent): Action {
  if (sent.url) return { url: checkedUrl(sent.url) };
  if (sent.callback_data) return { callback_data: checkedData(sent.callback_data) };
  if (sent.switch_inline_query !== undefined) return { switch_inline_query: sent.switch_inline_query };
  if (sent.switch_inline_query_current_chat !== undefined) {
    return { switch_inline_query_current_chat: sent.switch_inline_query_current_chat };
  }
  if (sent.web_app) return { web_app: { url: checkedWebApp(sent.web_app.url) } };
  if (sent.copy_text) return { copy_text: { text: checkedCopy(sent.copy_text.text) } };
  if (sent.disabled) return { disabled: {} };
  if (sent.pay) throw badRequest('BUTTON_TYPE_INVALID');
  throw wrong('Text buttons are unallowed in the inline keyboard');
}

function checkedUrl(url: string): string {
  const checked = checkedLink(url);
  if ('wrong' in checked) throw badRequest(`Inline keyboard button URL '${url}' is invalid: ${checked.wrong}`);
  return checked.url;
}

function checkedWebApp(url: string): string {
  if (URL.parse(url)?.protocol === 'https:') return url;
  throw badRequest(`Inline keyboard button Web App URL '${url}' is invalid: Only HTTPS links are allowed`);
}

function checkedData(data: string): string {
  if (Buffer.byteLength(data) > 64) throw badRequest('BUTTON_DATA_INVALID');
  return data;
}

function checkedCopy(text: string): string {
  if (text === '' || [...text].length > 256) throw badRequest('BUTTON_COPY_TEXT_INVALID');
  return text;
}

function complaint(sent: object, error: z.ZodError): string {
  const name = String(error.issues[0]?.path.at(-1));
  if (!Object.hasOwn(sent, name) && name === 'text') return 'Can\'t find field "text"';
  if (name === 'style') return 'Unsupported style specified';
  return `Field "${name}" must be of type ${['web_app', 'copy_text', 'disabled'].includes(name) ? 'Object' : 'String'}`;
}

function wrong(message: string): Error {
  return badRequest(`Can't parse inline keyboard button: ${message}`);
}
