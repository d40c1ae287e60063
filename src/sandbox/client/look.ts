import type { BotCommand, User } from 'grammy/types';
import { Problem } from '#src/kit/problem.ts';
import type { MessageView } from '../entry.ts';
import { viewOf } from '../entry.ts';
import { PEOPLE } from '../people.ts';
import type { Room } from '../rooms.ts';
import type { World } from '../world.ts';
import { participant } from './participant.ts';

/** Every message of a chat as it stands now. */
export function lookAtChat(world: World, chatId: string): { messages: MessageView[] } {
  const room = /^-?\d{1,15}$/.test(chatId) ? world.rooms.find(Number(chatId)) : undefined;
  if (!room) throw new Problem('chat', `There is no chat ${chatId.slice(0, 40)}: GET /sandbox/chats lists them.`);
  return { messages: [...room.entries.values()].map(viewOf) };
}

/** Who and what there is. */
export function lookAround(world: World): { people: object[]; chats: object[]; bot: User } {
  return {
    people: PEOPLE.map(({ id, first_name }) => ({ id, first_name })),
    chats: world.rooms.all().map(chatOf),
    bot: world.bot,
  };
}

/** The command list that Telegram would show this person in this chat. */
export function lookAtCommands(world: World, query: URLSearchParams): { commands: BotCommand[] } {
  const { room, person } = participant(world, { chat: Number(query.get('chat')), from: Number(query.get('from')) });
  return { commands: world.commands.shownTo({ id: person.id, language: person.language_code ?? '' }, room) };
}

function chatOf({ chat, members, topics }: Room): object {
  const title = chat.type === 'private' ? chat.first_name : chat.title;
  return { id: chat.id, type: chat.type, title, members, ...(topics.length > 0 ? { topics } : {}) };
}
