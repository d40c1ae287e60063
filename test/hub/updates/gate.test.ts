import type { Update } from 'grammy/types';
import { describe, expect, test } from 'vitest';
import type { Operator } from '#src/hub/config.ts';
import { HubConfig } from '#src/hub/config.ts';
import { judgeUpdate } from '#src/hub/updates/gate.ts';

const ADA: Operator = { id: 7, name: 'Ada', role: 'admin' };
const BEN: Operator = { id: 8, name: 'Ben', role: 'viewer' };
const GROUP = -1001;
const CONFIG = HubConfig.parse({ operators: [ADA, BEN], chats: [GROUP] });

/** Every kind of update that the Bot API knows, and one that it will know some day. */
const KINDS = [
  ...['message', 'edited_message', 'channel_post', 'edited_channel_post', 'business_connection', 'business_message'],
  ...['edited_business_message', 'deleted_business_messages', 'guest_message', 'message_reaction'],
  ...['message_reaction_count', 'inline_query', 'chosen_inline_result', 'callback_query', 'shipping_query'],
  ...['pre_checkout_query', 'purchased_paid_media', 'poll', 'poll_answer', 'my_chat_member', 'chat_member'],
  ...['chat_join_request', 'chat_boost', 'removed_chat_boost', 'managed_bot', 'some_day'],
] as const;

const SENDERS = {
  'Ada, an operator': { id: 7, is_bot: false, first_name: 'Ada' },
  'Ben, an operator': { id: 8, is_bot: false, first_name: 'Ben' },
  "somebody with Ada's names": { id: 99, is_bot: false, first_name: 'Ada', username: 'ada' },
  'a bot': { id: 900, is_bot: true, first_name: 'bot' },
  "a bot with Ada's id": { id: 7, is_bot: true, first_name: 'Ada' },
  'the anonymous admin': { id: 1087968824, is_bot: true, first_name: 'Group' },
  'the channel bot': { id: 136817688, is_bot: true, first_name: 'Channel' },
  "Telegram's service account": { id: 777000, is_bot: false, first_name: 'Telegram' },
  nobody: undefined,
} as const;

const CHATS = {
  "Ada's private chat": { id: 7, type: 'private' },
  "Ben's private chat": { id: 8, type: 'private' },
  "a stranger's private chat": { id: 99, type: 'private' },
  'the listed group': { id: GROUP, type: 'supergroup' },
  'another group': { id: -1002, type: 'supergroup' },
  'a group with the listed number without its sign': { id: 1001, type: 'group' },
  'a channel': { id: -1003, type: 'channel' },
} as const;

/** What makes words somebody else's, or not of this moment; each with how it looks in a message. */
const FLAGS: Record<string, object> = {
  'its own words': {},
  forwarded: { forward_origin: { type: 'user', sender_user: { id: 99 }, date: 1 } },
  'forwarded from somebody hidden': { forward_origin: { type: 'hidden_user', sender_user_name: 'x', date: 1 } },
  'through another bot': { via_bot: { id: 900, is_bot: true, first_name: 'inline' } },
  'in the name of a chat': { sender_chat: { id: GROUP, type: 'supergroup' } },
  'forwarded from a channel': { is_automatic_forward: true },
  'scheduled earlier': { is_from_offline: true },
  'of a business account': { business_connection_id: 'b1' },
  'sent by a business bot': { sender_business_bot: { id: 900, is_bot: true, first_name: 'biz' } },
  'called into a chat of others': { guest_query_id: 'g1' },
  'with a caption too': { caption: '/restart web' },
  'with a command in look-alike letters': {
    text: '/\u212Aill web',
    entities: [{ type: 'bot_command', offset: 0, length: 5 }],
  },
  'with two commands in one place': {
    entities: [
      { type: 'bot_command', offset: 0, length: 8 },
      { type: 'bot_command', offset: 0, length: 5 },
    ],
  },
  'without a number of its own': { message_id: 0 },
  edited: { edit_date: 5 },
  'without text but with a caption': { text: undefined, caption: '/restart web', photo: [] },
  'a service message': { text: undefined, new_chat_members: [] },
};
const HARMLESS: Record<string, object> = {
  'a reply to a stranger': { reply_to_message: { message_id: 1, date: 1, chat: { id: 99 }, from: { id: 99 } } },
  'in a topic': { message_thread_id: 4, is_topic_message: true },
  'with a quote': { quote: { text: 'x', position: 0 } },
  'with an empty text': { text: '' },
};

type Name<T> = keyof T & string;
interface Cell {
  kind: string;
  sender: Name<typeof SENDERS>;
  chat: Name<typeof CHATS>;
  flag: string;
}

const messageOf = ({ sender, chat, flag }: Omit<Cell, 'kind'>) => ({
  message_id: 5,
  date: 1_790_000_000,
  text: '/restart web',
  from: SENDERS[sender],
  chat: CHATS[chat],
  ...FLAGS[flag],
  ...HARMLESS[flag],
});
const updateOf = ({ kind, ...cell }: Cell) => ({ update_id: 1, [kind]: messageOf(cell) }) as unknown as Update;

/** The cells that may pass, written out one by one; everything else is dropped. */
const OPEN_DOORS = new Set(
  ['its own words', ...Object.keys(HARMLESS)].flatMap((flag) => [
    `message / Ada, an operator / Ada's private chat / ${flag}`,
    `message / Ada, an operator / the listed group / ${flag}`,
    `message / Ben, an operator / Ben's private chat / ${flag}`,
    `message / Ben, an operator / the listed group / ${flag}`,
  ]),
);

test('every kind of update from every kind of sender in every kind of chat with every flag: only the open doors pass', () => {
  const cells = KINDS.flatMap((kind) =>
    (Object.keys(SENDERS) as Cell['sender'][]).flatMap((sender) =>
      (Object.keys(CHATS) as Cell['chat'][]).flatMap((chat) =>
        [...Object.keys(FLAGS), ...Object.keys(HARMLESS)].map((flag) => ({ kind, sender, chat, flag })),
      ),
    ),
  ).filter(({ kind }) => kind !== 'callback_query');
  const passed = cells
    .filter((cell) => judgeUpdate(updateOf(cell), CONFIG).kind !== 'dropped')
    .map(({ kind, sender, chat, flag }) => `${kind} / ${sender} / ${chat} / ${flag}`);
  expect(cells).toHaveLength(25 * 9 * 7 * 21);
  expect(passed.toSorted()).toEqual([...OPEN_DOORS].toSorted());
});

describe('words that pass', () => {
  test('come with the operator of the list, not with what the sender calls himself', () => {
    const update = updateOf({
      kind: 'message',
      sender: 'Ben, an operator',
      chat: 'the listed group',
      flag: 'in a topic',
    });
    expect(judgeUpdate(update, CONFIG)).toEqual({ kind: 'text', operator: BEN, message: update.message });
  });
});

describe('why an update is dropped', () => {
  const own = {
    kind: 'message',
    sender: 'Ada, an operator',
    chat: "Ada's private chat",
    flag: 'its own words',
  } as const;
  test.each<[string, Partial<Cell>, object]>([
    ['an edit', { kind: 'edited_message' }, { because: 'updates of kind edited_message are not heard' }],
    ['a post', { kind: 'channel_post' }, { because: 'updates of kind channel_post are not heard' }],
    ['a forward', { flag: 'forwarded' }, { because: 'forwarded' }],
    ['an inline bot', { flag: 'through another bot' }, { because: 'sent through another bot' }],
    ['a chat as sender', { flag: 'in the name of a chat' }, { because: 'sent in the name of a chat' }],
    ['an automatic forward', { flag: 'forwarded from a channel' }, { because: 'forwarded from a channel' }],
    ['a scheduled message', { flag: 'scheduled earlier' }, { because: 'scheduled earlier' }],
    ['an edited message', { flag: 'edited' }, { because: 'edited' }],
    ['a business account', { flag: 'of a business account' }, { because: 'sent for somebody else' }],
    ['a guest', { flag: 'called into a chat of others' }, { because: 'sent for somebody else' }],
    ['look-alikes', { flag: 'with a command in look-alike letters' }, { because: 'its command is not plain letters' }],
    ['a number of nothing', { flag: 'without a number of its own' }, { because: 'it has not the form of an update' }],
    ['a caption', { flag: 'without text but with a caption' }, { because: 'it has no text' }],
    ['nobody', { sender: 'nobody' }, { because: 'it has no sender' }],
    ['a bot', { sender: "a bot with Ada's id" }, { because: 'sent by a bot' }],
    ['the anonymous admin', { sender: 'the anonymous admin' }, { because: 'sent by a bot' }],
    ['another chat', { chat: 'another group' }, { because: 'chat -1002 is not on the list' }],
    ['a chat of somebody else', { chat: "Ben's private chat" }, { because: 'chat 8 is not on the list' }],
    [
      'a stranger, whose id the log is to tell',
      { sender: "somebody with Ada's names", chat: "a stranger's private chat" },
      { because: 'add 99 to operators to let them in', from: 99 },
    ],
    [
      'a stranger in the listed group',
      { sender: "somebody with Ada's names", chat: 'the listed group' },
      { because: 'add 99 to operators to let them in', from: 99 },
    ],
  ])('%s', (_, change, why) => {
    expect(judgeUpdate(updateOf({ ...own, ...change }), CONFIG)).toEqual({ kind: 'dropped', ...why });
  });

  test('an update of no kind', () => {
    expect(judgeUpdate({ update_id: 1 }, CONFIG)).toEqual({
      kind: 'dropped',
      because: 'updates of kind none are not heard',
    });
  });

  test('anything at all when nobody is on the list', () => {
    const nobody = { ...CONFIG, operators: [], chats: [] };
    expect(judgeUpdate(updateOf(own), nobody)).toEqual({
      kind: 'dropped',
      because: 'add 7 to operators to let them in',
      from: 7,
    });
  });
});

describe('a press', () => {
  const query = (more: object = {}) =>
    ({
      update_id: 1,
      callback_query: {
        id: 'q1',
        from: SENDERS['Ada, an operator'],
        chat_instance: 'c',
        data: 'y:x',
        message: { message_id: 5, date: 1, chat: CHATS['the listed group'] },
        ...more,
      },
    }) as unknown as Update;
  const inChat = (chat: Name<typeof CHATS>) => ({ message: { message_id: 5, date: 1, chat: CHATS[chat] } });

  test('passes with the operator of the list and the message that carries the button', () => {
    const update = query();
    expect(judgeUpdate(update, CONFIG)).toEqual({
      kind: 'press',
      operator: ADA,
      query: update.callback_query,
      message: { chat: GROUP, id: 5 },
    });
  });

  test('passes on a message that is too old to be shown', () => {
    const message = { message_id: 5, date: 0, chat: CHATS["Ada's private chat"] };
    expect(judgeUpdate(query({ message }), CONFIG)).toMatchObject({ kind: 'press', message: { chat: 7, id: 5 } });
  });

  test('of every sender in every chat: only operators in their own or the listed chat pass', () => {
    const cells = (Object.keys(SENDERS) as Cell['sender'][]).flatMap((sender) =>
      (Object.keys(CHATS) as Cell['chat'][]).map((chat) => ({ sender, chat })),
    );
    const passed = cells.filter(
      ({ sender, chat }) => judgeUpdate(query({ from: SENDERS[sender], ...inChat(chat) }), CONFIG).kind !== 'dropped',
    );
    expect(passed).toEqual([
      { sender: 'Ada, an operator', chat: "Ada's private chat" },
      { sender: 'Ada, an operator', chat: 'the listed group' },
      { sender: 'Ben, an operator', chat: "Ben's private chat" },
      { sender: 'Ben, an operator', chat: 'the listed group' },
    ]);
  });

  test.each<[string, object, object]>([
    ['on no message', { message: undefined }, { because: 'a press on no message of ours' }],
    [
      'on an inline message',
      { message: undefined, inline_message_id: 'i1' },
      { because: 'a press on no message of ours' },
    ],
    ['on both', { inline_message_id: 'i1' }, { because: 'a press on no message of ours' }],
    ['in an unlisted chat', inChat('another group'), { because: 'chat -1002 is not on the list' }],
    ['by a bot', { from: SENDERS['a bot'] }, { because: 'sent by a bot' }],
    [
      'by a member of the group who is not listed',
      { from: SENDERS["somebody with Ada's names"] },
      { because: 'add 99 to operators to let them in', from: 99 },
    ],
  ])('%s is dropped', (_, more, why) => {
    expect(judgeUpdate(query(more), CONFIG)).toEqual({ kind: 'dropped', ...why });
  });
});
