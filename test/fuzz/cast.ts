/** Who and where: the people and chats of made-up updates. */
export const ADA = 7;
export const BEN = 8;
export const CLEO = 9;
export const GROUP = -1001;
export const TOPICS = -1004;
/** Those whose words may do something, and the groups where they may. */
export const OPERATORS = [ADA, BEN, CLEO];
export const GROUPS = [GROUP, TOPICS];

/** The sender kinds of the gate's matrix, and some more. */
export const SENDERS = [
  ...[ADA, ADA, BEN, CLEO].map((id) => ({ id, is_bot: false, first_name: 'Op', username: 'op', language_code: 'de' })),
  { id: 99, is_bot: false, first_name: 'Ada', username: 'ada', is_premium: true },
  { id: 100, is_bot: false, first_name: '\u202e', added_to_attachment_menu: true },
  { id: ADA, is_bot: true, first_name: 'Ada' },
  { id: 900, is_bot: true, first_name: 'bot', username: 'other_bot' },
  { id: 1087968824, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' },
  { id: 136817688, is_bot: true, first_name: 'Channel', username: 'Channel_Bot' },
  { id: 777000, is_bot: false, first_name: 'Telegram' },
  { id: -7, is_bot: false, first_name: 'minus' },
  { id: 2 ** 52, is_bot: false, first_name: 'long' },
];

export const CHATS = [
  { id: ADA, type: 'private', first_name: 'Ada' },
  { id: BEN, type: 'private', first_name: 'Ben' },
  { id: GROUP, type: 'supergroup', title: 'ops' },
  { id: GROUP, type: 'supergroup', title: 'ops' },
  { id: TOPICS, type: 'supergroup', title: 'topics', is_forum: true },
  { id: 99, type: 'private', first_name: 'Mallory' },
  { id: -1002, type: 'supergroup', title: 'others' },
  { id: 1001, type: 'group', title: 'no sign' },
  { id: -1003, type: 'channel', title: 'news' },
  { id: -1009, type: 'supergroup', title: 'direct', is_direct_messages: true },
];

/** Every kind of update that the Bot API knows, and one that it will know some day. */
export const KINDS = [
  ...['message', 'edited_message', 'channel_post', 'edited_channel_post', 'business_connection', 'business_message'],
  ...['edited_business_message', 'deleted_business_messages', 'guest_message', 'stopped_message_generation'],
  ...['message_reaction', 'message_reaction_count', 'inline_query', 'chosen_inline_result', 'callback_query'],
  ...['shipping_query', 'pre_checkout_query', 'purchased_paid_media', 'poll', 'poll_answer', 'my_chat_member'],
  ...['chat_member', 'chat_join_request', 'chat_boost', 'removed_chat_boost', 'managed_bot', 'subscription'],
  'some_day',
] as const;
