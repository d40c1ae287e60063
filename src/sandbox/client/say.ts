import type { Chat, MessageOrigin, User } from 'grammy/types';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import type { Content, Entry, MessageView } from '../entry.ts';
import { viewOf } from '../entry.ts';
import { answering, topicOfAnswer } from '../methods/answering.ts';
import type { Room } from '../rooms.ts';
import { unixTime } from '../settings.ts';
import { countCharacters, typedText } from '../text/readText.ts';
import type { World } from '../world.ts';
import { participant } from './participant.ts';
import { reachesBot } from './privacy.ts';

const DELIVERED_WITHIN = 24 * 3_600_000;
const isObject = (value: unknown) => typeof value === 'object' && value !== null;

/** What POST /sandbox/say takes; everything from `forward_origin` on is for tests of the gate. */
export const Said = z.strictObject({
  chat: z.int(),
  from: z.int(),
  text: z.string().exactOptional(),
  reply_to: z.int().exactOptional(),
  message_thread_id: z.int().exactOptional(),
  forward_origin: z.custom<MessageOrigin>(isObject).exactOptional(),
  via_bot: z.custom<User>(isObject).exactOptional(),
  sender_chat: z.custom<Chat>(isObject).exactOptional(),
  /** Makes it a photo with this caption. */
  caption: z.string().exactOptional(),
  /** Unix seconds when it is said to have been sent. */
  date: z.int().positive().exactOptional(),
  /** The number of an own message that gets this text instead. */
  edit: z.int().exactOptional(),
});

type SaidThing = z.infer<typeof Said>;

/** A person says something, or edits what they said; the bot hears of it as far as privacy mode lets it. */
export function say(world: World, said: SaidThing): { message: MessageView } {
  const { room, person } = participant(world, said);
  const words = wordsOf(said);
  if (said.edit !== undefined) return { message: viewOf(edit(world, room, said, words)) };
  const { forward_origin, via_bot, sender_chat, date } = said;
  const entry = world.rooms.post(room, person, {
    ...(date === undefined ? {} : { date }),
    ...(forward_origin ? { forward_origin } : {}),
    ...(via_bot ? { via_bot } : {}),
    ...(sender_chat ? { sender_chat } : {}),
    ...replyOf(room, said),
    ...topicOf(room, said),
    ...words,
  });
  room.opened = true;
  tellBot(world, room, entry, 'message');
  return { message: viewOf(entry) };
}

function edit(world: World, room: Room, said: SaidThing, words: Content): Entry {
  const entry = room.entries.get(said.edit ?? 0);
  if (!entry || entry.message.from.id !== said.from) {
    throw new Problem('edit', `${said.edit} is not a message of ${said.from} in this chat.`);
  }
  const { text: _, entities: __, caption: ___, caption_entities: ____, ...rest } = entry.message;
  world.rooms.edit(room, entry, { ...rest, edit_date: unixTime(world.settings.now()), ...words });
  tellBot(world, room, entry, 'edited_message');
  return entry;
}

function tellBot(world: World, room: Room, { message }: Entry, kind: 'message' | 'edited_message'): void {
  if (!reachesBot(room, message, world.bot)) return;
  const pending = { key: `chat ${room.chat.id}`, until: message.date * 1000 + DELIVERED_WITHIN };
  if (kind === 'message') world.updates.push({ message }, pending);
  else world.updates.push({ edited_message: { ...message, edit_date: message.edit_date ?? message.date } }, pending);
}

function wordsOf({ text, caption }: SaidThing): Content {
  if ((text === undefined) === (caption === undefined)) throw new Problem('say', 'Say either text or caption.');
  const typed = typedText(text ?? caption ?? '');
  if (text === undefined) return { photo: photo(), caption: typed.text, ...named('caption_entities', typed.entities) };
  if (typed.text === '') throw new Problem('say', 'There is nothing to say: text is empty.');
  if (countCharacters(typed.text) > 4096) throw new Problem('say', 'A message has 4096 characters at the most.');
  return { text: typed.text, ...named('entities', typed.entities) };
}

function named<Name extends 'entities' | 'caption_entities'>(
  name: Name,
  entities: NonNullable<Content['entities']>,
): Content {
  return entities.length > 0 ? { [name]: entities } : {};
}

function topicOf(room: Room, { message_thread_id: id }: SaidThing): Content {
  if (id === undefined) return {};
  if (!room.topics.some((topic) => topic.id === id)) throw new Problem('say', `There is no topic ${id} in this chat.`);
  return { message_thread_id: id, is_topic_message: true };
}

function replyOf(room: Room, { reply_to }: SaidThing): Content {
  if (reply_to === undefined) return {};
  const entry = room.entries.get(reply_to);
  if (!entry) throw new Problem('say', `There is no message ${reply_to} in this chat to reply to.`);
  return { ...topicOfAnswer(entry), ...answering(entry) };
}

function photo(): NonNullable<Content['photo']> {
  return [{ file_id: 'AgACAgIAAsandbox', file_unique_id: 'AQADsandbox', width: 90, height: 90, file_size: 1000 }];
}
