import type { User } from 'grammy/types';
import { Problem } from '#src/kit/problem.ts';
import { personOf } from '../people.ts';
import type { Room } from '../rooms.ts';
import type { World } from '../world.ts';

/** The chat and the person of something that a person does; only members do anything in a chat. */
export function participant(
  world: World,
  { chat, from }: { chat: number; from: number },
): { room: Room; person: User } {
  const room = world.rooms.find(chat);
  if (!room) throw new Problem('chat', `There is no chat ${chat}: GET /sandbox/chats lists them.`);
  const person = personOf(from);
  if (!person || !room.members.includes(from)) throw new Problem('person', `${from} is not in chat ${chat}.`);
  return { room, person };
}
