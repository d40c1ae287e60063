import type { Random } from '../random.ts';
import { hostile } from '../random.ts';
import { CHATS, GROUP, KINDS, SENDERS } from './cast.ts';
import { mutate } from './mutate.ts';
import type { Loose } from './parts.ts';
import { body, oddities, typed } from './parts.ts';

/** An update as the Bot API would make it, in most cases with something wrong; the same for the same stream. `data` are buttons that exist. */
export function madeUp(random: Random, now: number, data: readonly string[]): Loose {
  const kind = random.pick([...HEARD, ...HEARD, random.pick(KINDS)]);
  const made: Loose = { update_id: random.below(2 ** 31), [kind]: contentOf(kind, random, now, data) };
  if (random.chance(3)) made[random.pick(KINDS)] = messageOf(random, now);
  // A copy, since its people and chats are everybody's.
  const update = copy(made);
  if (random.chance(20)) mutate(update, random);
  return copy(update);
}

/** As it comes out of a body. */
function copy(update: Loose): Loose {
  return JSON.parse(JSON.stringify(update));
}

const HEARD = ['message', 'message', 'message', 'callback_query', 'my_chat_member'] as const;

function contentOf(kind: string, random: Random, now: number, data: readonly string[]): unknown {
  if (kind === 'callback_query') return queryOf(random, now, data);
  if (kind.endsWith('_member') || kind === 'managed_bot') return membershipOf(random, now);
  if (kind === 'inline_query' || kind === 'chosen_inline_result')
    return { id: 'i', result_id: 'r', from: random.pick(SENDERS), query: '/restart web', offset: '' };
  if (kind === 'poll') return { id: 'p', question: '/restart web', options: [], total_voter_count: 0 };
  if (kind === 'deleted_business_messages')
    return { business_connection_id: 'b', chat: random.pick(CHATS), message_ids: [1, 2] };
  return messageOf(random, now);
}

function messageOf(random: Random, now: number, depth = 0): Loose {
  const { from, chat } = place(random);
  const message: Loose = {
    message_id: 1 + random.below(1_000_000),
    date: Math.floor(now / 1000) - (random.chance(15) ? random.below(90_000) : random.below(20)),
    from,
    chat,
    ...(random.chance(85) ? typed(random) : body(random)),
  };
  for (let more = random.chance(50) ? 0 : 1 + random.below(3); more > 0; more -= 1)
    Object.assign(message, oddities(random));
  if (depth < 4 && random.chance(15)) message['reply_to_message'] = messageOf(random, now, depth + 1);
  if (depth < 4 && random.chance(3)) message['pinned_message'] = messageOf(random, now, depth + 1);
  return message;
}

/** Half of them an operator where operators are heard, so that what stands beside it decides. */
function place(random: Random) {
  const from = random.chance(50) ? random.pick(SENDERS.slice(0, 4)) : random.pick(SENDERS);
  const chat = random.chance(40) ? { id: from.id, type: 'private' } : random.pick(CHATS);
  return { from, chat };
}

function queryOf(random: Random, now: number, data: readonly string[]): Loose {
  const from = random.pick(SENDERS);
  const carrier = random.chance(60) ? messageOf(random, now) : { message_id: 1 + random.below(50), date: 0 };
  const chat = random.chance(30) ? { id: from.id, type: 'private' } : random.pick(CHATS);
  return {
    id: String(random.below(2 ** 31)),
    from,
    chat_instance: 'c',
    data: random.chance(70) && data.length > 0 ? random.pick(data) : hostile(random, 64),
    ...(random.chance(85) ? { message: { ...carrier, chat } } : {}),
    ...(random.chance(10) ? { inline_message_id: 'i1' } : {}),
    ...(random.chance(5) ? { game_short_name: 'g' } : {}),
  };
}

function membershipOf(random: Random, now: number): Loose {
  const user = { id: 4242424244, is_bot: true, first_name: 'Bot' };
  const status = () => random.pick(['member', 'left', 'kicked', 'administrator', 'restricted', 'creator', '']);
  return {
    chat: random.pick([...CHATS, { id: GROUP, type: 'supergroup' }]),
    from: random.pick(SENDERS),
    date: Math.floor(now / 1000),
    old_chat_member: { status: status(), user },
    new_chat_member: { status: status(), user },
    ...(random.chance(20) ? { invite_link: { invite_link: 'https://t.me/+x', creator: random.pick(SENDERS) } } : {}),
  };
}
