import type { Entry, RoomMessage } from '../entry.ts';
import { readInlineMarkup } from '../keyboard.ts';
import type { Params } from '../params.ts';
import { badRequest } from '../refusal.ts';
import type { Room } from '../rooms.ts';
import { unixTime } from '../settings.ts';
import { countCharacters, readMessageText } from '../text/readText.ts';
import type { World } from '../world.ts';
import type { Method } from './method.ts';
import { entryOf, writableRoomOf } from './target.ts';

/** editMessageText: another text and keyboard; without a keyboard the old one goes. */
export const editMessageText: Method = (world, params) => {
  const { text, entities } = readMessageText(params);
  const inline = readInlineMarkup(params);
  const { room, entry } = ownMessage(world, params);
  const { entities: _, reply_markup: __, ...rest } = entry.message;
  if (rest.text === undefined) throw badRequest('there is no text in the message to edit');
  if (countCharacters(text) > 4096) throw badRequest('MESSAGE_TOO_LONG');
  return replace(world, room, entry, {
    ...rest,
    text,
    ...(entities.length > 0 ? { entities } : {}),
    ...(inline ? { reply_markup: inline } : {}),
  });
};

/** editMessageReplyMarkup: another keyboard, or none. */
export const editMessageReplyMarkup: Method = (world, params) => {
  const inline = readInlineMarkup(params);
  const { room, entry } = ownMessage(world, params);
  const { reply_markup: _, ...rest } = entry.message;
  return replace(world, room, entry, { ...rest, ...(inline ? { reply_markup: inline } : {}) });
};

function ownMessage(world: World, params: Params): { room: Room; entry: Entry } {
  if (params.text('chat_id') === '' && params.integer('message_id') === 0) {
    throw badRequest(
      params.text('inline_message_id') === '' ? 'Message identifier is not specified' : 'MESSAGE_ID_INVALID',
    );
  }
  const room = writableRoomOf(world, params);
  const entry = entryOf(room, params, 'message to edit');
  if (entry.message.from.id !== world.bot.id) throw badRequest("message can't be edited");
  return { room, entry };
}

function replace(world: World, room: Room, entry: Entry, message: RoomMessage) {
  if (faceOf(message) === faceOf(entry.message)) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  }
  world.flood.edit(room);
  world.rooms.edit(room, entry, { ...message, edit_date: unixTime(world.settings.now()) });
  return { result: entry.message };
}

function faceOf({ text, entities, reply_markup }: RoomMessage): string {
  return JSON.stringify([text, entities, reply_markup]);
}
