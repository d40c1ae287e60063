import type { MessageEntity } from 'grammy/types';
import type { Formatted } from './formatted.ts';
import { endOf, inOrder, overlap } from './formatted.ts';

const SPLITTABLE = new Set(['bold', 'italic', 'underline', 'strikethrough', 'spoiler']);
const HIDDEN_DATA = new Set(['text_link', 'text_mention', 'custom_emoji', 'date_time']);
const MOST = 100;

/** Entities as Telegram lets them nest: nothing inside code and pre, nothing around blanks only, 100 at the most. */
export function nestEntities({ text, entities }: Formatted): Formatted {
  const seen = entities.filter(
    (entity) => HIDDEN_DATA.has(entity.type) || text.slice(entity.offset, endOf(entity)).trim() !== '',
  );
  const solid = seen.filter(isSolid);
  const kept = seen.flatMap((entity) => (isSolid(entity) ? firstOnly(entity, solid) : around(entity, solid)));
  return { text, entities: inOrder(kept).slice(0, MOST) };
}

function isSolid(entity: MessageEntity): boolean {
  return entity.type === 'code' || entity.type === 'pre';
}

function firstOnly(entity: MessageEntity, solid: readonly MessageEntity[]): MessageEntity[] {
  const index = solid.indexOf(entity);
  return solid.slice(0, index).some((other) => overlap(entity, other)) ? [] : [entity];
}

function around(entity: MessageEntity, solid: readonly MessageEntity[]): MessageEntity[] {
  const within = (hole: MessageEntity) => hole.offset <= entity.offset && endOf(entity) <= endOf(hole);
  if (!SPLITTABLE.has(entity.type)) return solid.some(within) && !entity.type.endsWith('blockquote') ? [] : [entity];
  let pieces: MessageEntity[] = [entity];
  for (const hole of solid) pieces = pieces.flatMap((piece) => without(piece, hole));
  return pieces;
}

function without(piece: MessageEntity, hole: MessageEntity): MessageEntity[] {
  if (!overlap(piece, hole)) return [piece];
  const before = { ...piece, length: hole.offset - piece.offset };
  const after = { ...piece, offset: endOf(hole), length: endOf(piece) - endOf(hole) };
  return [before, after].filter(({ length }) => length > 0);
}
