import type { MessageEntity } from 'grammy/types';
import { badRequest } from '../refusal.ts';
import type { Formatted } from './formatted.ts';
import { endOf, inOrder } from './formatted.ts';

// What Telegram removes: carriage returns, line and direction overrides, and combining vertical lines.
const REMOVED = /\r|[\u2028-\u202e]|\u030a|\u0333|\u033f/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: Telegram turns exactly these into spaces.
const BLANKED = /[\0-\x09\x0b\x0c\x0e-\x1f]/;
const INVISIBLE = /[\s\u200b-\u200f\u202e\ufeff\u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u2800\u3000\ufffc]/gu;

/** The text as Telegram stores it: control characters replaced, both ends trimmed, entities moved along. */
export function cleanText({ text, entities }: Formatted): Formatted {
  for (const entity of entities) checkRange(text, entity);
  const { kept, places } = replaced(text);
  const moved = entities.map((entity) => moveTo(entity, place(places, entity.offset), place(places, endOf(entity))));
  return trimmed({ text: kept, entities: inOrder(moved) });
}

/** Whether nothing in the text can be seen. */
export function isBlank(text: string): boolean {
  return text.replaceAll(INVISIBLE, '') === '';
}

function checkRange(text: string, { offset, length }: MessageEntity): void {
  if (offset < 0) throw badRequest(`Receive an entity with incorrect offset ${offset}`);
  if (length < 0) throw badRequest(`Receive an entity with incorrect length ${length}`);
  if (offset > text.length) throw badRequest(`Entity begins after the end of the text at UTF-16 offset ${offset}`);
  if (offset + length > text.length) {
    throw badRequest(
      `Entity beginning at UTF-16 offset ${offset} ends after the end of the text at UTF-16 offset ${offset + length}`,
    );
  }
}

function replaced(text: string): { kept: string; places: number[] } {
  const places: number[] = [];
  let kept = '';
  for (const unit of text.split('')) {
    places.push(kept.length);
    if (!REMOVED.test(unit)) kept += BLANKED.test(unit) ? ' ' : unit;
  }
  places.push(kept.length);
  return { kept, places };
}

function trimmed({ text, entities }: Formatted): Formatted {
  const begin = Math.min(text.search(/[^ \n]|$/), entities[0]?.offset ?? text.length);
  const end = Math.max(begin, text.replace(/[ \n]+$/, '').length);
  const inside = entities
    .map((entity) => moveTo(entity, Math.min(entity.offset, end) - begin, Math.min(endOf(entity), end) - begin))
    .filter(({ length }) => length > 0);
  return { text: text.slice(begin, end), entities: inside };
}

function place(places: readonly number[], at: number): number {
  return places[at] ?? 0;
}

function moveTo(entity: MessageEntity, offset: number, end: number): MessageEntity {
  return { ...entity, offset, length: end - offset };
}
