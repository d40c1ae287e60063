import type { ReactionType } from 'grammy/types';
import { z } from 'zod';
import type { Params } from '../params.ts';
import { badRequest } from '../refusal.ts';
import type { Method } from './method.ts';
import { DONE } from './method.ts';
import { entryOf, knownRoomOf } from './target.ts';

type Emoji = Extract<ReactionType, { type: 'emoji' }>['emoji'];

// Compared by the first code point: senders differ in variation selectors and joiners.
const ALLOWED = new Set([
  ...'👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷😡',
]);

const Reactions = z.array(z.looseObject({ type: z.literal('emoji'), emoji: z.custom<Emoji>(isAllowed) })).max(1);

/** setMessageReaction: at most one emoji, as for every bot. */
export const setMessageReaction: Method = (world, params) => {
  const reactions = readReactions(params);
  const room = knownRoomOf(world, params);
  const entry = entryOf(room, params, 'message to react');
  world.rooms.react(room, entry, reactions);
  return DONE;
};

function readReactions(params: Params): ReactionType[] {
  const sent = params.json('reaction', "Can't parse reaction types JSON object") ?? [];
  const parsed = Reactions.safeParse(sent);
  if (!parsed.success) throw badRequest('REACTION_INVALID');
  return parsed.data.map(({ type, emoji }) => ({ type, emoji }));
}

function isAllowed(value: unknown): boolean {
  return typeof value === 'string' && ALLOWED.has([...value][0] ?? '');
}
