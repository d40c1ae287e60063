import type { MessageEntity } from 'grammy/types';
import { personOf } from '../people.ts';
import { badRequest } from '../refusal.ts';
import { checkedLink } from './link.ts';

/** An HTML element that has been closed around some text. */
export interface Element {
  name: string;
  attributes: ReadonlyMap<string, string>;
  offset: number;
  length: number;
  text: string;
}

const PLAIN = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  span: 'spoiler',
  pre: 'pre',
  code: 'code',
} as const;

/** The entity that an element becomes; undefined for a link that leads nowhere, which Telegram drops. */
export function entityOf(element: Element): MessageEntity | undefined {
  const { name, attributes, offset, length } = element;
  if (name === 'a') return link(element);
  if (name === 'tg-emoji') return emoji(element);
  if (name === 'tg-time') return moment(element);
  if (name === 'blockquote') {
    return { type: attributes.has('expandable') ? 'expandable_blockquote' : 'blockquote', offset, length };
  }
  return isPlain(name) ? { type: PLAIN[name], offset, length } : undefined;
}

function isPlain(name: string): name is keyof typeof PLAIN {
  return Object.hasOwn(PLAIN, name);
}

function link({ attributes, offset, length, text }: Element): MessageEntity | undefined {
  const url = attributes.get('href') || text;
  const user = personOf(Number(/^tg:(?:\/\/)?user\?id=(\d+)$/.exec(url)?.[1]));
  if (user) return { type: 'text_mention', offset, length, user };
  const checked = checkedLink(url);
  return 'url' in checked ? { type: 'text_link', offset, length, url: checked.url } : undefined;
}

function emoji({ attributes, offset, length }: Element): MessageEntity {
  const id = attributes.get('emoji-id') ?? '';
  if (!/^-?\d{1,18}$/.test(id) || Number(id) === 0)
    throw badRequest("Can't parse entities: Invalid custom emoji identifier specified");
  return { type: 'custom_emoji', offset, length, custom_emoji_id: id };
}

function moment({ attributes, offset, length }: Element): MessageEntity {
  const unix = Number(attributes.get('unix'));
  if (!Number.isSafeInteger(unix) || unix <= 0) throw badRequest("Can't parse entities: Invalid date specified");
  return { type: 'date_time', offset, length, unix_time: unix, date_time_format: '' };
}
