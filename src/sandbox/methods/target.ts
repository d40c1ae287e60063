import type { Entry } from '../entry.ts';
import type { Params } from '../params.ts';
import { badRequest, forbidden } from '../refusal.ts';
import type { Room } from '../rooms.ts';
import type { World } from '../world.ts';

/** The chat of a call, or Telegram's refusal. */
export function roomOf(world: World, params: Params): Room {
  const chatId = params.text('chat_id').trim();
  if (chatId === '') throw badRequest('chat_id is empty');
  const room = /^-?\d{1,15}$/.test(chatId) ? world.rooms.find(Number(chatId)) : undefined;
  if (!room) throw badRequest('chat not found');
  if (!room.botIsMember) throw forbidden('bot is not a member of the supergroup chat');
  return room;
}

/** The chat of a call if the bot knows it: somebody has spoken to it there. */
export function knownRoomOf(world: World, params: Params): Room {
  const room = roomOf(world, params);
  if (!room.opened) throw badRequest('chat not found');
  return room;
}

/** The chat of a call if the bot may write there. */
export function writableRoomOf(world: World, params: Params): Room {
  const room = roomOf(world, params);
  if (!room.opened) throw forbidden("bot can't initiate conversation with a user");
  return room;
}

/** The message of a call; `what` is Telegram's name for it, as in `message to edit`. */
export function entryOf(room: Room, params: Params, what: string): Entry {
  const entry = room.entries.get(params.integer('message_id'));
  if (!entry) throw badRequest(`${what} not found`);
  return entry;
}
