import { badRequest } from '../refusal.ts';
import { unixTime } from '../settings.ts';
import type { Method } from './method.ts';
import { DONE } from './method.ts';
import { entryOf, roomOf } from './target.ts';

const DELETABLE_SECONDS = 48 * 3600;

/** deleteMessage: within 48 hours; in the group only the bot's own, since it is no administrator there. */
export const deleteMessage: Method = (world, params) => {
  if (params.text('chat_id') === '') throw badRequest('Chat identifier is not specified');
  if (params.integer('message_id') === 0) throw badRequest('Message identifier is not specified');
  const room = roomOf(world, params);
  const entry = entryOf(room, params, 'message to delete');
  const old = unixTime(world.settings.now()) - entry.message.date > DELETABLE_SECONDS;
  const foreign = entry.message.from.id !== world.bot.id && room.chat.type !== 'private';
  if (old || foreign) throw badRequest("message can't be deleted");
  world.rooms.remove(room, entry);
  return DONE;
};
