import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { TestSandbox } from './fixture.ts';
import { closeAll, GROUP, MALLORY, startSandbox } from './fixture.ts';

let world: TestSandbox;
beforeEach(async () => {
  world = await startSandbox();
});
afterEach(closeAll);

const inline = (button: object) => ({ reply_markup: { inline_keyboard: [[button]] } });

describe('a message is refused', () => {
  test.each<[string, object, string]>([
    ['without text', { text: '' }, 'message text is empty'],
    ['without chat', { chat_id: '' }, 'chat_id is empty'],
    ['of neither text nor chat, for its text', { chat_id: '', text: '' }, 'message text is empty'],
    ['to an unknown chat', { chat_id: 5 }, 'chat not found'],
    ['to a name', { chat_id: '@nobody' }, 'chat not found'],
    ['of blanks', { text: ' \n\u200b\t ' }, 'text must be non-empty'],
    ['of tags only', { text: '<b></b> <i> </i>', parse_mode: 'HTML' }, 'text must be non-empty'],
    ['over 4096 characters', { text: 'x'.repeat(4097) }, 'message is too long'],
    ['over 32768 bytes', { text: 'ü'.repeat(16_385) }, 'text is too long'],
    ['in an unknown mode', { parse_mode: 'Wiki' }, 'unsupported parse_mode'],
    [
      'with open HTML',
      { text: 'ü<b>x', parse_mode: 'html' },
      'can\'t parse entities: Can\'t find end tag corresponding to start tag "b"',
    ],
    [
      'with an unknown tag',
      { text: 'ü<p>x', parse_mode: 'HTML' },
      'can\'t parse entities: Unsupported start tag "p" at byte offset 2',
    ],
    ['in an unknown topic', { message_thread_id: 7 }, 'message thread not found'],
    ['in the general topic by its number', { chat_id: GROUP, message_thread_id: 1 }, 'message thread not found'],
    ['as an answer to nothing', { reply_parameters: { message_id: 99 } }, 'message to be replied not found'],
    ['as an answer to nothing, the old way', { reply_to_message_id: 99 }, 'message to be replied not found'],
    ['as an answer without number', { reply_parameters: { quote: 'x' } }, 'can\'t find field "message_id"'],
    [
      'with an entity from nowhere',
      { entities: [{ type: 'bold', offset: 100, length: 1 }] },
      'entity begins after the end of the text at UTF-16 offset 100',
    ],
    [
      'with an entity too long',
      { entities: [{ type: 'bold', offset: 0, length: 100 }] },
      'entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 100',
    ],
    [
      'with an entity before the text',
      { entities: [{ type: 'bold', offset: -1, length: 1 }] },
      'receive an entity with incorrect offset -1',
    ],
    [
      'with an unknown entity',
      { entities: [{ type: 'huge', offset: 0, length: 1 }] },
      "can't parse MessageEntity: Unsupported type specified",
    ],
    [
      'with an entity without type',
      { entities: [{ offset: 0, length: 1 }] },
      'can\'t parse MessageEntity: Can\'t find field "type"',
    ],
    [
      'with a link to nowhere',
      { entities: [{ type: 'text_link', offset: 0, length: 1, url: 'nowhere' }] },
      "entity URL 'nowhere' is invalid: Wrong HTTP URL",
    ],
    ['with markup that is no JSON', { reply_markup: '{' }, "can't parse reply keyboard markup JSON object"],
    ['with markup that is no object', { reply_markup: '[]' }, 'object expected as reply markup'],
    [
      'with a keyboard that is no list',
      { reply_markup: { inline_keyboard: 'x' } },
      'field "inline_keyboard" must be of type Array',
    ],
    [
      'with a row that is no list',
      { reply_markup: { inline_keyboard: ['x'] } },
      'field "inline_keyboard" must be an Array of Arrays',
    ],
    ['with 65 bytes of data', inline({ text: 'x', callback_data: 'ü'.repeat(33) }), 'BUTTON_DATA_INVALID'],
    [
      'with empty data',
      inline({ text: 'x', callback_data: '' }),
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [
      'with a button of text only',
      inline({ text: 'x' }),
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [
      'with a button without text',
      inline({ callback_data: 'x' }),
      'can\'t parse inline keyboard button: Can\'t find field "text"',
    ],
    [
      'with a button that is text',
      { reply_markup: { inline_keyboard: [['x']] } },
      "can't parse inline keyboard button: InlineKeyboardButton must be an Object",
    ],
    [
      'with a button to nowhere',
      inline({ text: 'x', url: 'nowhere' }),
      "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
    ],
    [
      'with a button over ftp',
      inline({ text: 'x', url: 'ftp://a.org' }),
      "inline keyboard button URL 'ftp://a.org' is invalid: Unsupported URL protocol",
    ],
    ['with nothing to copy', inline({ text: 'x', copy_text: { text: '' } }), 'BUTTON_COPY_TEXT_INVALID'],
    ['with too much to copy', inline({ text: 'x', copy_text: { text: 'x'.repeat(257) } }), 'BUTTON_COPY_TEXT_INVALID'],
    [
      'with 101 buttons',
      { reply_markup: { inline_keyboard: Array.from({ length: 101 }, () => [{ text: 'x', callback_data: 'y' }]) } },
      'reply markup is too long',
    ],
    [
      'with a wish that is no flag',
      { reply_markup: { force_reply: 'yes' } },
      'field "force_reply" must be of type Boolean',
    ],
  ])('%s', async (_, params, description) => {
    const answer = await world.api('sendMessage', { chat_id: 1001, text: 'hello', ...params });
    expect(answer).toEqual({ status: 400, ok: false, error_code: 400, description: `Bad Request: ${description}` });
    expect(await world.messages(1001)).toEqual([]);
  });

  it('to a person who has never spoken to the bot, until she does', async () => {
    const refused = {
      status: 403,
      error_code: 403,
      description: "Forbidden: bot can't initiate conversation with a user",
    };
    expect(await world.api('sendMessage', { chat_id: MALLORY, text: 'hello' })).toMatchObject(refused);
    await world.say({ chat: MALLORY, from: MALLORY, text: 'who are you?' });
    expect(await world.api('sendMessage', { chat_id: MALLORY, text: 'hello' })).toMatchObject({ ok: true });
  });

  it('in a group that the bot has left', async () => {
    expect(await world.api('leaveChat', { chat_id: GROUP })).toMatchObject({ ok: true, result: true });
    const refused = { error_code: 403, description: 'Forbidden: bot is not a member of the supergroup chat' };
    expect(await world.api('sendMessage', { chat_id: GROUP, text: 'hello' })).toMatchObject(refused);
  });
});

describe('a message is sent', () => {
  it('with number, author, chat and date', async () => {
    const { result } = await world.api('sendMessage', { chat_id: 1001, text: 'hello' });
    expect(result).toEqual({
      message_id: 1,
      from: { id: 1900, is_bot: true, first_name: 'Nightguard', username: 'nightguard_sandbox_bot' },
      chat: { id: 1001, type: 'private', first_name: 'Ada' },
      date: Math.floor(world.clock.now.getTime() / 1000),
      text: 'hello',
    });
    expect(await world.send({})).toMatchObject({ message_id: 2 });
    expect(await world.send({ chat_id: GROUP })).toMatchObject({
      message_id: 1,
      chat: { type: 'supergroup', title: 'ops' },
    });
  });

  it('trimmed and cleaned, its entities moved along', async () => {
    const message = await world.send({ text: ' \n a\tb\r\n<b>c  </b>\n ', parse_mode: 'HTML' });
    expect(message.text).toBe('a b\nc');
    expect(message.entities).toEqual([{ type: 'bold', offset: 4, length: 1 }]);
  });

  it('with 4096 emoji, since code points count', async () => {
    expect((await world.send({ text: '🏟'.repeat(4096) })).text).toHaveLength(8192);
  });

  it('with what Telegram finds in it, but never inside code', async () => {
    const text =
      'Try /restart@some_bot or /help, see https://a.org/b?c=1. or b.org and @some_one <code>/code https://c.org</code> /var/log a/b';
    const message = await world.send({ text, parse_mode: 'HTML' });
    const found = message.entities?.map(({ type, offset, length }) => [
      type,
      message.text?.slice(offset, offset + length),
    ]);
    expect(found).toEqual([
      ['bot_command', '/restart@some_bot'],
      ['bot_command', '/help'],
      ['url', 'https://a.org/b?c=1'],
      ['url', 'b.org'],
      ['mention', '@some_one'],
      ['code', '/code https://c.org'],
    ]);
  });

  it('with style split around code', async () => {
    const message = await world.send({ text: '<b>a <code>b</code> c</b>', parse_mode: 'HTML' });
    expect(message.entities).toEqual([
      { type: 'bold', offset: 0, length: 2 },
      { type: 'code', offset: 2, length: 1 },
      { type: 'bold', offset: 3, length: 2 },
    ]);
  });

  it('with entities that came beside the text', async () => {
    const entities = [
      { type: 'pre', offset: 0, length: 2, language: 'sh' },
      { type: 'url', offset: 0, length: 1 },
    ];
    expect((await world.send({ text: 'ls', entities })).entities).toEqual([
      { type: 'pre', offset: 0, length: 2, language: 'sh' },
    ]);
  });

  it('with 100 entities at the most', async () => {
    const text = '<b>x</b> '.repeat(120);
    expect((await world.send({ text, parse_mode: 'HTML' })).entities).toHaveLength(100);
  });

  it('with a keyboard as it was meant', async () => {
    const inline_keyboard = [
      [
        { text: 'Restart', callback_data: 'r', style: 'danger' },
        { text: 'Site', url: 'https://a.org/' },
      ],
      [],
      [{ text: 'Copy', copy_text: { text: 'id' }, style: 'primary' }],
    ];
    const message = await world.send({ reply_markup: JSON.stringify({ inline_keyboard }) });
    expect(message.reply_markup).toEqual({ inline_keyboard: inline_keyboard.filter((row) => row.length > 0) });
  });

  it('with a keyboard of one action per button: the first that Telegram looks at', async () => {
    const message = await world.send(inline({ text: 'x', callback_data: 'y', url: 'https://a.org/' }));
    expect(message.reply_markup).toEqual({ inline_keyboard: [[{ text: 'x', url: 'https://a.org/' }]] });
  });

  test.each([
    { force_reply: true, selective: true },
    { remove_keyboard: true },
    { keyboard: [[{ text: 'x' }]] },
    { inline_keyboard: [] },
  ])('with markup that is no part of the message: %o', async (reply_markup) => {
    const message = await world.send({ reply_markup });
    expect(message.reply_markup).toBeUndefined();
  });

  it('as an answer, protected, without preview', async () => {
    const first = await world.say({ text: 'hi' });
    const second = await world.send({ reply_parameters: { message_id: first.message_id } });
    const third = await world.send({
      reply_parameters: { message_id: second.message_id },
      protect_content: true,
      link_preview_options: { is_disabled: true },
    });
    expect(third).toMatchObject({
      reply_to_message: { message_id: second.message_id, text: 'hello' },
      has_protected_content: true,
      link_preview_options: { is_disabled: true },
    });
    expect(third).not.toHaveProperty('reply_to_message.reply_to_message');
  });

  it('without the answered message when that is allowed to be gone', async () => {
    const message = await world.send({ reply_parameters: { message_id: 99, allow_sending_without_reply: true } });
    expect(message).not.toHaveProperty('reply_to_message');
  });
});

it('knows forum topics when there are some', async () => {
  const forum = await startSandbox({ topics: [{ id: 7, name: 'alpha' }] });
  const message = await forum.send({ chat_id: GROUP, message_thread_id: 7 });
  expect(message).toMatchObject({ message_thread_id: 7, is_topic_message: true, chat: { is_forum: true } });
  const said = await forum.say({ chat: GROUP, text: '/help', message_thread_id: 7 });
  expect(said).toMatchObject({ message_thread_id: 7, is_topic_message: true });
});
