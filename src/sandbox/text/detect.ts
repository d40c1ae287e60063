import type { MessageEntity } from 'grammy/types';
import type { Formatted } from './formatted.ts';
import { inOrder, overlap } from './formatted.ts';

const TOP_DOMAINS =
  'com|org|net|edu|gov|info|biz|io|dev|app|me|co|ai|sh|md|rs|py|de|fr|uk|eu|ch|at|nl|it|es|se|no|pl|be|us|ca|ru|cn|jp|in|br|au|tv|cloud|tech|xyz|site|online|blog|zip|run|page|link|live|news|wiki';

const EMAIL = /(?<![\w.+-])[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\w])/gi;
const LINK = /(?<![\w@/.])(?:https?|tg|ton):\/\/[^\s<>"]+/gi;
const DOMAIN = new RegExp(
  `(?<![\\w@/.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)+(?:${TOP_DOMAINS})(?![\\w-])(?::\\d+)?(?:[/?#][^\\s<>"]*)?`,
  'gi',
);
const ADDRESS =
  /(?<![\w@/.-])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.-])(?::\d+)?(?:\/[^\s<>"]*)?/g;
const MENTION = /(?<![\p{L}\p{N}_])@[a-zA-Z0-9_]{5,32}(?![\p{L}\p{N}_])/gu;
const COMMAND = /(?<![\p{L}\p{N}_/<>])\/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\p{L}\p{N}_/<>])/gu;

const FINDERS = [
  { type: 'email', form: EMAIL },
  { type: 'url', form: LINK },
  { type: 'url', form: DOMAIN },
  { type: 'url', form: ADDRESS },
  { type: 'mention', form: MENTION },
  { type: 'bot_command', form: COMMAND },
] as const;

const OPAQUE = new Set(['code', 'pre', 'text_link', 'text_mention', 'email', 'url', 'mention', 'bot_command']);

/** The text with the entities that Telegram finds by itself: commands, links, mentions; never inside code or links. */
export function detectEntities({ text, entities }: Formatted): Formatted {
  const all = [...entities];
  for (const { type, form } of FINDERS) {
    for (const match of text.matchAll(form)) {
      const found = { type, offset: match.index, length: lengthOf(type, match[0]) };
      if (!all.some((other) => OPAQUE.has(other.type) && overlap(found, other))) all.push(found);
    }
  }
  return { text, entities: inOrder(all) };
}

function lengthOf(type: MessageEntity['type'], found: string): number {
  return type === 'url' ? found.replace(/[.,:;!?'")\]]+$/, '').length : found.length;
}
