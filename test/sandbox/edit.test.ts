import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { TestSandbox } from './fixture.ts';
import { ADA, closeAll, GROUP, startSandbox } from './fixture.ts';

const keyboard = (data: string) => ({ inline_keyboard: [[{ text: 'Press', callback_data: data }]] });
const NOT_MODIFIED =
  'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';

let world: TestSandbox;
beforeEach(async () => {
  world = await startSandbox();
});
afterEach(closeAll);

describe('an edit', () => {
  it('replaces text and keyboard, sets edit_date and is counted', async () => {
    const { message_id } = await world.send({ reply_markup: keyboard('a') });
    world.pass(60);
    const { result } = await world.api('editMessageText', {
      chat_id: ADA,
      message_id,
      text: '<b>done</b>',
      parse_mode: 'HTML',
      reply_markup: keyboard('b'),
    });
    const now = Math.floor(world.clock.now.getTime() / 1000);
    expect(result).toMatchObject({
      message_id,
      text: 'done',
      date: now - 60,
      edit_date: now,
      reply_markup: keyboard('b'),
    });
    const edited = { text: 'done', edits: 1, entities: [{ type: 'bold', offset: 0, length: 4 }] };
    expect(await world.messages(ADA)).toMatchObject([edited]);
  });

  it('without a keyboard takes the old one away', async () => {
    const { message_id } = await world.send({ reply_markup: keyboard('a') });
    const { result } = await world.api('editMessageText', { chat_id: ADA, message_id, text: 'hello' });
    expect(result).not.toHaveProperty('reply_markup');
  });

  it('of the keyboard alone leaves the text', async () => {
    const { message_id } = await world.send({ reply_markup: keyboard('a') });
    const edit = (reply_markup?: object) =>
      world.api('editMessageReplyMarkup', { chat_id: ADA, message_id, reply_markup });
    expect((await edit(keyboard('b'))).result).toMatchObject({ text: 'hello', reply_markup: keyboard('b') });
    expect((await edit(keyboard('b'))).description).toBe(NOT_MODIFIED);
    expect((await edit()).result).not.toHaveProperty('reply_markup');
    expect((await edit({ inline_keyboard: [] })).description).toBe(NOT_MODIFIED);
  });

  it('that changes nothing is refused, also when only the HTML differs', async () => {
    const { message_id } = await world.send({ text: '<b>x</b> y', parse_mode: 'HTML', reply_markup: keyboard('a') });
    const same = { chat_id: ADA, message_id, parse_mode: 'HTML', reply_markup: keyboard('a') };
    const answer = await world.api('editMessageText', { ...same, text: '<strong>x</strong> y ' });
    expect(answer).toEqual({ status: 400, ok: false, error_code: 400, description: NOT_MODIFIED });
    expect(await world.api('editMessageText', { ...same, text: 'x y' })).toMatchObject({ ok: true });
  });

  it('of a message of any age works', async () => {
    const { message_id } = await world.send({});
    world.pass(90 * 24 * 3600);
    expect(await world.api('editMessageText', { chat_id: ADA, message_id, text: 'new' })).toMatchObject({ ok: true });
  });

  test.each<[string, object, string]>([
    ['of nothing', { chat_id: '', message_id: 0 }, 'message identifier is not specified'],
    ['of an unknown message', { message_id: 99 }, 'message to edit not found'],
    ['of an unknown chat', { chat_id: 5 }, 'chat not found'],
    ['of a message of the person', { message_id: 2 }, "message can't be edited"],
    ['of a document', { message_id: 3 }, 'there is no text in the message to edit'],
    ['over 4096 characters', { text: 'x'.repeat(4097) }, 'MESSAGE_TOO_LONG'],
    ['over 32768 bytes', { text: 'ü'.repeat(16_385) }, 'text is too long'],
    ['without text', { text: '' }, 'message text is empty'],
    ['with a keyboard that is not inline', { reply_markup: { force_reply: true } }, 'inline keyboard expected'],
    [
      'with broken HTML',
      { text: '<i>', parse_mode: 'HTML' },
      'can\'t parse entities: Can\'t find end tag corresponding to start tag "i"',
    ],
  ])('%s is refused', async (_, params, description) => {
    await world.send({});
    await world.say({ text: 'mine' });
    const form = new FormData();
    form.set('chat_id', String(ADA));
    form.set('document', new Blob(['x']), 'x.txt');
    await fetch(`${world.sandbox.url}/bot1900:sandbox/sendDocument`, { method: 'POST', body: form });
    const answer = await world.api('editMessageText', { chat_id: ADA, message_id: 1, text: 'new', ...params });
    expect(answer).toEqual({ status: 400, ok: false, error_code: 400, description: `Bad Request: ${description}` });
  });
});

describe('deleting', () => {
  it('removes a message for good', async () => {
    const { message_id } = await world.send({});
    expect(await world.api('deleteMessage', { chat_id: ADA, message_id })).toMatchObject({ ok: true, result: true });
    expect(await world.messages(ADA)).toEqual([]);
    const again = await world.api('deleteMessage', { chat_id: ADA, message_id });
    expect(again.description).toBe('Bad Request: message to delete not found');
    const edit = await world.api('editMessageText', { chat_id: ADA, message_id, text: 'x' });
    expect(edit.description).toBe('Bad Request: message to edit not found');
    expect(await world.send({})).toMatchObject({ message_id: message_id + 1 });
  });

  it('is refused after 48 hours, and for the messages of others in a group', async () => {
    const { message_id } = await world.send({});
    const said = await world.say({ chat: GROUP, text: '/help' });
    const foreign = await world.api('deleteMessage', { chat_id: GROUP, message_id: said.message_id });
    expect(foreign.description).toBe("Bad Request: message can't be deleted");
    world.pass(48 * 3600 + 1);
    const old = await world.api('deleteMessage', { chat_id: ADA, message_id });
    expect(old.description).toBe("Bad Request: message can't be deleted");
  });

  test.each([
    [{ message_id: 1 }, 'chat identifier is not specified'],
    [{ chat_id: ADA }, 'message identifier is not specified'],
  ])('needs both identifiers: %o', async (params, description) => {
    expect((await world.api('deleteMessage', params)).description).toBe(`Bad Request: ${description}`);
  });
});

describe('small methods', () => {
  it('react to a message', async () => {
    const { message_id } = await world.say({ text: 'hi' });
    const reaction = [{ type: 'emoji', emoji: '👍' }];
    expect(await world.api('setMessageReaction', { chat_id: ADA, message_id, reaction })).toMatchObject({
      result: true,
    });
    expect(await world.messages(ADA)).toMatchObject([{ reactions: reaction }]);
    const wrong = await world.api('setMessageReaction', {
      chat_id: ADA,
      message_id,
      reaction: [{ type: 'emoji', emoji: 'x' }],
    });
    expect(wrong.description).toBe('Bad Request: REACTION_INVALID');
    const gone = await world.api('setMessageReaction', { chat_id: ADA, message_id: 99, reaction });
    expect(gone.description).toBe('Bad Request: message to react not found');
  });

  it('show that the bot is busy', async () => {
    expect(await world.api('sendChatAction', { chat_id: ADA, action: 'typing' })).toMatchObject({ result: true });
    const wrong = await world.api('sendChatAction', { chat_id: ADA, action: 'dancing' });
    expect(wrong.description).toBe('Bad Request: wrong parameter action in request');
  });

  it('tell about a chat', async () => {
    expect((await world.api('getChat', { chat_id: ADA })).result).toMatchObject({
      id: ADA,
      type: 'private',
      first_name: 'Ada',
    });
    expect((await world.api('getChat', { chat_id: GROUP })).result).toMatchObject({
      id: GROUP,
      type: 'supergroup',
      title: 'ops',
    });
    expect((await world.api('getChat', { chat_id: 1999 })).description).toBe('Bad Request: chat not found');
  });
});
