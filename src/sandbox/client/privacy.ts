import type { User } from 'grammy/types';
import type { RoomMessage } from '../entry.ts';
import type { Room } from '../rooms.ts';

/** Whether the bot sees a person's message: all in private, and in the group only commands not meant for others and replies to it. */
export function reachesBot(room: Room, message: RoomMessage, bot: User & { username: string }): boolean {
  if (room.chat.type === 'private') return true;
  if (!room.botIsMember) return false;
  if (message.reply_to_message?.from?.id === bot.id) return true;
  const text = message.text ?? message.caption ?? '';
  const command = (message.entities ?? message.caption_entities)?.find(
    ({ type, offset }) => type === 'bot_command' && offset === 0,
  );
  if (!command) return false;
  const [, addressee] = text.slice(0, command.length).split('@');
  return addressee === undefined || addressee.toLowerCase() === bot.username.toLowerCase();
}
