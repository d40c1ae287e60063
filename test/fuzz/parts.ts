import type { Random } from '../random.ts';
import { hostile } from '../random.ts';
import { CHATS, GROUP, SENDERS, TOPICS } from './cast.ts';

/** An object of the Bot API, right or wrong. */
export type Loose = Record<string, unknown>;

const COMMANDS = [
  ...[
    '/health',
    '/status alpha',
    '/logs alpha web',
    '/nodes',
    '/jobs',
    '/job abc',
    '/help',
    '/help restart',
    '/alerts',
  ],
  ...['/restart', '/restart alpha', '/restart alpha web', '/restart beta api', '/restart alpha web --force', '/audit'],
  ...['/stop alpha web', '/cancel', '/ack', '/silence x 4h', '/start', '/start alpha web', '/start payload-1'],
  ...['/restart@our_bot alpha web', '/restart@other_bot alpha web', '/restrat alpha web', '/health env:stage'],
  ...['/health /restart alpha web', '/restart alpha web\n/restart alpha db', 'alpha', 'web', 'hello', '', '/'],
  ...['/r\u0435start alpha web', '/\u212Aill', '/RESTART alpha web', '\u200b/restart alpha web', '／restart alpha web'],
] as const;

/** What a person types, with the entities that Telegram would find, or others. */
export function typed(random: Random): Loose {
  const text = textOf(random);
  if (random.chance(85)) return { text, entities: found(text) };
  const entity = (): Loose => ({
    type: random.pick(['bot_command', 'bot_command', 'text_link', 'mention', 'pre', 'custom_emoji', 'text_mention']),
    offset: random.pick([0, 1, 5, -1, text.length, 2 ** 31]),
    length: random.pick([0, 1, 7, 8, text.length, 5_000, -3]),
    ...(random.chance(30) ? { url: 'https://evil.example', user: random.pick(SENDERS), language: 'sh' } : {}),
  });
  return { text, entities: Array.from({ length: random.below(6) }, entity) };
}

function textOf(random: Random): string {
  if (random.chance(70)) return random.pick(COMMANDS);
  if (random.chance(80)) return `${random.pick(COMMANDS)} ${hostile(random, 60)}`;
  return hostile(random, random.pick([60, 4_096, 40_000]));
}

/** The commands of a text as Telegram marks them. */
function found(text: string): Loose[] {
  const matches = text.matchAll(/(?<![\w/])\/[A-Za-z0-9_]{1,64}(@[A-Za-z0-9_]{1,32})?/g);
  return [...matches].map((match) => ({ type: 'bot_command', offset: match.index, length: match[0].length }));
}

/** A message without text: media, a service message, a checklist. */
export function body(random: Random): Loose {
  const file = { file_id: 'f', file_unique_id: 'u', file_size: 2 ** 40 };
  const caption = { caption: random.pick(COMMANDS), caption_entities: found('/restart alpha web') };
  const task = { id: 1, text: '/restart alpha web', text_entities: found('/restart alpha web') };
  return random.pick<Loose>([
    { photo: [{ ...file, width: 1, height: 1 }], ...caption },
    { document: { ...file, file_name: '../../etc/passwd' }, ...caption },
    { voice: { ...file, duration: -1 }, ...caption },
    { paid_media: { star_count: 5, paid_media: [{ type: 'preview' }] }, ...caption },
    { checklist: { title: '/restart alpha web', tasks: [task, task] } },
    { checklist_tasks_done: { marked_as_done_task_ids: [1] } },
    { poll: { id: 'p', question: '/restart alpha web', options: [] } },
    { dice: { emoji: '🎲', value: 7 } },
    { contact: { phone_number: '+1', first_name: 'Ada', user_id: 7 } },
    { web_app_data: { data: '/restart alpha web', button_text: 'x' } },
    { users_shared: { request_id: 1, users: [{ user_id: 7 }] } },
    { new_chat_members: [random.pick(SENDERS)] },
    { forum_topic_created: { name: '/restart', icon_color: 0 } },
    { rich_message: { blocks: [{ type: 'paragraph', text: '/restart alpha web' }] } },
    { migrate_to_chat_id: random.pick([-1005, GROUP, 7, 0]) },
    { migrate_from_chat_id: random.pick([GROUP, TOPICS, -1006]) },
    { successful_payment: { currency: 'XTR', total_amount: 1, invoice_payload: '/restart' } },
    {},
  ]);
}

/** What may stand beside a text, harmless or not. */
export function oddities(random: Random): Loose {
  const [user, chat] = [random.pick(SENDERS), random.pick(CHATS)];
  const origin = random.pick<Loose>([
    { type: 'user', sender_user: user, date: 1 },
    { type: 'hidden_user', sender_user_name: 'Ada', date: 1 },
    { type: 'chat', sender_chat: chat, author_signature: 'Ada', date: 1 },
    { type: 'channel', chat, message_id: 5, date: 1 },
  ]);
  return random.pick<Loose>([
    { forward_origin: origin },
    { via_bot: user },
    { sender_chat: chat },
    { is_automatic_forward: true, sender_chat: chat },
    { is_from_offline: true },
    { edit_date: 1 },
    { business_connection_id: 'b1' },
    { sender_business_bot: user },
    { guest_query_id: 'g1' },
    { guest_bot_caller_user: user },
    { caption: '/restart alpha web' },
    { is_topic_message: true, message_thread_id: random.pick([1, 4, -1]) },
    { message_thread_id: 9 },
    { quote: { text: '/restart alpha web', position: 0, is_manual: true, entities: found('/restart') } },
    { external_reply: { origin, chat, message_id: 9 } },
    { reply_to_story: { chat, id: 1 } },
    { link_preview_options: { url: 'https://evil.example' } },
    { author_signature: 'Ada', sender_boost_count: 1, paid_star_count: 1, sender_tag: 'op' },
    { has_protected_content: true, media_group_id: 'm', effect_id: 'e' },
    { direct_messages_topic: { topic_id: 1, user }, suggested_post_info: { state: 'pending' } },
    { reply_markup: { inline_keyboard: [[{ text: 'x', callback_data: 'y:x' }]] } },
    { ephemeral_message_id: 3, receiver_user: user, message_id: 0 },
    { constructor: 1, toString: '/restart', ['__proto__x']: { id: 7 } },
  ]);
}
