import { readMarkup } from '../keyboard.ts';
import { authorOf } from '../people.ts';
import { badRequest } from '../refusal.ts';
import { countCharacters, readMessageText } from '../text/readText.ts';
import { readEnvelope } from './envelope.ts';
import type { Method } from './method.ts';

/** sendMessage: a text with an optional inline keyboard. */
export const sendMessage: Method = (world, params) => {
  const { text, entities } = readMessageText(params);
  const markup = readMarkup(params);
  const { room, content } = readEnvelope(world, params);
  if (countCharacters(text) > 4096) throw badRequest('message is too long');
  world.flood.send(room);
  const entry = world.rooms.post(
    room,
    authorOf(world.bot),
    {
      ...content,
      text,
      ...(entities.length > 0 ? { entities } : {}),
      ...(markup.inline ? { reply_markup: markup.inline } : {}),
    },
    markup.forceReply,
  );
  return { result: entry.message };
};
