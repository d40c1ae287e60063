import type { MessageEntity } from 'grammy/types';
import { z } from 'zod';
import { personOf } from '../people.ts';
import { badRequest } from '../refusal.ts';
import { checkedLink } from './link.ts';

const STYLES = [
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'code',
  'blockquote',
  'expandable_blockquote',
] as const;
const FOUND_ANYWAY = [
  'mention',
  'hashtag',
  'cashtag',
  'bot_command',
  'url',
  'email',
  'phone_number',
  'bank_card_number',
];

const Range = z.looseObject({ offset: z.int(), length: z.int(), type: z.string() });
const Style = z.enum(STYLES);

/** The entities that a caller sent beside a text; what Telegram finds by itself is ignored. */
export function readEntities(sent: unknown): MessageEntity[] {
  if (!Array.isArray(sent)) return [];
  return sent.map(readEntity).filter((entity) => entity !== undefined);
}

function readEntity(sent: unknown): MessageEntity | undefined {
  if (typeof sent !== 'object' || sent === null) throw wrong('expected an Object');
  const range = Range.safeParse(sent);
  if (!range.success) throw wrong(complaint(range.error));
  const { offset, length, type, ...rest } = range.data;
  if (FOUND_ANYWAY.includes(type)) return undefined;
  const style = Style.safeParse(type);
  return style.success ? { type: style.data, offset, length } : special({ offset, length }, type, rest);
}

function special(
  range: { offset: number; length: number },
  type: string,
  rest: Record<string, unknown>,
): MessageEntity {
  switch (type) {
    case 'pre':
      return {
        type,
        ...range,
        ...(typeof rest.language === 'string' && rest.language !== '' ? { language: rest.language } : {}),
      };
    case 'text_link':
      return { type, ...range, url: linkOf(field(rest, 'url')) };
    case 'text_mention':
      return { type, ...range, user: userOf(rest.user) };
    case 'custom_emoji':
      return { type, ...range, custom_emoji_id: field(rest, 'custom_emoji_id') };
    default:
      throw wrong(type === '' ? 'Type is not specified' : 'Unsupported type specified');
  }
}

function field(fields: Record<string, unknown>, name: string): string {
  const value = fields[name];
  if (value === undefined) throw wrong(`Can't find field "${name}"`);
  return String(value);
}

function linkOf(url: string): string {
  const checked = checkedLink(url);
  if ('wrong' in checked) throw badRequest(`Entity URL '${url}' is invalid: ${checked.wrong}`);
  return checked.url;
}

function userOf(sent: unknown) {
  if (sent === undefined) throw wrong('Can\'t find field "user"');
  const user = z.looseObject({ id: z.int() }).safeParse(sent);
  const person = user.success ? personOf(user.data.id) : undefined;
  if (!person) throw badRequest('user not found');
  return person;
}

function complaint(error: z.ZodError): string {
  const issue = error.issues[0];
  const name = String(issue?.path[0]);
  const missing =
    issue?.code === 'invalid_type' && issue.input === undefined && /received undefined/.test(issue.message);
  return missing
    ? `Can't find field "${name}"`
    : `Field "${name}" must be of type ${name === 'type' ? 'String' : 'Number'}`;
}

function wrong(message: string): Error {
  return badRequest(`Can't parse MessageEntity: ${message}`);
}
