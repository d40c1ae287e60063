import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { TestSandbox } from './fixture.ts';
import { ADA, BEN, closeAll, GROUP, startSandbox } from './fixture.ts';

const TOO_OLD = 'Bad Request: query is too old and response timeout expired or query ID is invalid';
let world: TestSandbox;
beforeEach(async () => {
  world = await startSandbox();
});
afterEach(closeAll);

async function nextPress() {
  return waitUntil(async () => (await world.updates()).at(-1)?.callback_query, {
    withinMs: 5000,
    everyMs: 5,
    what: 'a callback query',
  });
}

describe('a press', () => {
  it('reaches the bot with the whole message and brings back its answer', async () => {
    const reply_markup = { inline_keyboard: [[{ text: 'Yes', callback_data: 'yes' }]] };
    const { message_id } = await world.send({ chat_id: GROUP, reply_markup });
    const pressing = world.client('press', { chat: GROUP, message_id, from: BEN, data: 'yes' });
    const query = await nextPress();
    expect(query).toMatchObject({
      from: { id: BEN, first_name: 'Ben' },
      data: 'yes',
      message: { message_id, text: 'hello', reply_markup },
    });
    expect(query.id).toMatch(/^\d+$/);
    expect(query.chat_instance).toMatch(/^\d+$/);
    const answered = await world.api('answerCallbackQuery', {
      callback_query_id: query.id,
      text: 'Done',
      show_alert: true,
    });
    expect(answered).toMatchObject({ ok: true, result: true });
    expect(await pressing).toEqual({ status: 200, body: { answer: { text: 'Done', show_alert: true } } });
  });

  it('works with data that no button carries', async () => {
    const { message_id } = await world.send({});
    const pressing = world.client('press', { chat: ADA, message_id, from: ADA, data: 'crafted' });
    const query = await nextPress();
    await world.api('answerCallbackQuery', { callback_query_id: query.id });
    expect((await pressing).body).toEqual({ answer: { text: '', show_alert: false } });
  });

  it('brings back null when nobody answers', async () => {
    const quick = await startSandbox({ times: { press: 20 } });
    const { message_id } = await quick.send({});
    expect((await quick.client('press', { chat: ADA, message_id, from: ADA, data: 'x' })).body).toEqual({
      answer: null,
    });
  });

  it('can be answered once and for 15 seconds', async () => {
    const { message_id } = await world.send({});
    const pressing = world.client('press', { chat: ADA, message_id, from: ADA, data: 'x' });
    const { id } = await nextPress();
    world.pass(14);
    expect(await world.api('answerCallbackQuery', { callback_query_id: id })).toMatchObject({ ok: true });
    expect((await world.api('answerCallbackQuery', { callback_query_id: id })).description).toBe(TOO_OLD);
    await pressing;
  });

  it('cannot be answered later than that', async () => {
    const quick = await startSandbox({ times: { press: 5 } });
    const { message_id } = await quick.send({});
    await quick.client('press', { chat: ADA, message_id, from: ADA, data: 'x' });
    const [update] = await quick.updates();
    quick.pass(15);
    expect(
      (await quick.api('answerCallbackQuery', { callback_query_id: update?.callback_query?.id })).description,
    ).toBe(TOO_OLD);
  });

  it('is forgotten after 150 seconds without the bot', async () => {
    const quick = await startSandbox({ times: { press: 5 } });
    const { message_id } = await quick.send({});
    await quick.client('press', { chat: ADA, message_id, from: ADA, data: 'x' });
    quick.pass(149);
    expect(await quick.updates()).toHaveLength(1);
    quick.pass(1);
    expect(await quick.updates()).toEqual([]);
  });

  test.each<[string, object, RegExp]>([
    ['on nothing', { message_id: 99 }, /no message 99/],
    ['in no chat', { chat: 5 }, /no chat 5/],
    ['by a stranger to the chat', { from: BEN }, /1002 is not in chat 1001/],
    ['without data', { data: '' }, /^data: must have 1 to 64 bytes\.$/],
    ['with 65 bytes', { data: 'ü'.repeat(33) }, /64 bytes/],
    ['with more than it should', { extra: 1 }, /extra/],
  ])('is refused %s', async (_, pressed, error) => {
    await world.send({});
    const answer = await world.client('press', { chat: ADA, message_id: 1, from: ADA, data: 'x', ...pressed });
    expect(answer).toEqual({ status: 400, body: { error: expect.stringMatching(error) } });
  });
});

test.each([
  [{ callback_query_id: '12' }, TOO_OLD],
  [{}, TOO_OLD],
  [{ callback_query_id: '12', text: 'x'.repeat(201) }, 'Bad Request: MESSAGE_TOO_LONG'],
])('answerCallbackQuery refuses %o', async (params, description) => {
  expect(await world.api('answerCallbackQuery', params)).toMatchObject({ error_code: 400, description });
});
