import type { MessageEntity } from 'grammy/types';

/** A text with its entities; offsets and lengths count UTF-16 units, as everywhere in the Bot API. */
export interface Formatted {
  text: string;
  entities: MessageEntity[];
}

const RANK = ['blockquote', 'expandable_blockquote', 'pre', 'code', 'text_link', 'text_mention'];

/** Telegram's order: by offset, the longer one first, containers before what they contain. */
export function inOrder(entities: readonly MessageEntity[]): MessageEntity[] {
  return entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length || rank(a) - rank(b));
}

/** Where an entity ends. */
export function endOf(entity: { offset: number; length: number }): number {
  return entity.offset + entity.length;
}

/** Whether two ranges share a character. */
export function overlap(a: { offset: number; length: number }, b: { offset: number; length: number }): boolean {
  return a.offset < endOf(b) && b.offset < endOf(a);
}

function rank(entity: MessageEntity): number {
  const index = RANK.indexOf(entity.type);
  return index === -1 ? RANK.length : index;
}
