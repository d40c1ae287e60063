import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import type { TestSandbox } from './fixture.ts';
import { ADA, BEN, closeAll, GROUP, MALLORY, startSandbox, TOKEN } from './fixture.ts';

let world: TestSandbox;
beforeEach(async () => {
  world = await startSandbox();
});
afterEach(closeAll);

describe('say', () => {
  it('puts a message into the chat and brings it to the bot', async () => {
    const message = await world.say({ text: 'please /restart alpha' });
    expect(message).toEqual({
      message_id: 1,
      from: { id: ADA, is_bot: false, first_name: 'Ada', language_code: 'en' },
      chat: { id: ADA, type: 'private', first_name: 'Ada' },
      date: Math.floor(world.clock.now.getTime() / 1000),
      text: 'please /restart alpha',
      entities: [{ type: 'bot_command', offset: 7, length: 8 }],
      edits: 0,
    });
    const { edits: _, ...sent } = message;
    expect(await world.updates()).toEqual([{ update_id: expect.any(Number), message: sent }]);
  });

  it('answers a message', async () => {
    await world.send({ text: 'which node?' });
    const message = await world.say({ text: 'alpha', reply_to: 1 });
    expect(message).toMatchObject({ reply_to_message: { message_id: 1, text: 'which node?', from: { is_bot: true } } });
  });

  it('edits an own message', async () => {
    const { message_id } = await world.say({ text: '/health' });
    world.pass(5);
    const edited = await world.say({ text: '/restart', edit: message_id });
    expect(edited).toMatchObject({ message_id, text: '/restart', edits: 1, edit_date: expect.any(Number) });
    expect((await world.updates())[1]).toMatchObject({ edited_message: { message_id, text: '/restart' } });
  });

  it('says what tests of the gate need', async () => {
    const forward_origin = { type: 'user', date: 1, sender_user: { id: BEN, is_bot: false, first_name: 'Ben' } };
    const via_bot = { id: 7, is_bot: true, first_name: 'Gif' };
    const sender_chat = { id: GROUP, type: 'supergroup', title: 'ops' };
    await world.say({ text: '/a', forward_origin });
    await world.say({ text: '/b', via_bot });
    await world.say({ chat: GROUP, text: '/c', sender_chat });
    await world.say({ caption: '/d now' });
    await world.say({ text: '/e', date: Math.floor(world.clock.now.getTime() / 1000) - 3600 });
    const said = (await world.updates()).map(({ message }) => message);
    expect(said).toMatchObject([
      { text: '/a', forward_origin },
      { text: '/b', via_bot },
      { text: '/c', sender_chat },
      { photo: [{}], caption: '/d now', caption_entities: [{ type: 'bot_command', offset: 0, length: 2 }] },
      { text: '/e', date: Math.floor(world.clock.now.getTime() / 1000) - 3600 },
    ]);
  });

  test.each<[string, object, RegExp]>([
    ['nothing', { text: ' ' }, /text is empty/],
    ['neither text nor caption', {}, /either text or caption/],
    ['both text and caption', { text: 'a', caption: 'b' }, /either text or caption/],
    ['too much', { text: 'x'.repeat(4097) }, /4096 characters/],
    ['in no chat', { chat: 5, text: 'x' }, /no chat 5/],
    ["in another one's chat", { chat: BEN, text: 'x' }, /1001 is not in chat 1002/],
    ['as nobody', { from: 5, text: 'x' }, /5 is not in chat 1001/],
    ['in answer to nothing', { text: 'x', reply_to: 9 }, /no message 9/],
    ['as an edit of nothing', { text: 'x', edit: 9 }, /9 is not a message of 1001/],
    ['in an unknown topic', { text: 'x', message_thread_id: 9 }, /no topic 9/],
    ['with a number for text', { text: 5 }, /^text: /],
    ['with what nobody knows', { text: 'x', colour: 'red' }, /colour/],
  ])('refuses %s', async (_, said, error) => {
    const answer = await world.client('say', { chat: ADA, from: ADA, ...said });
    expect(answer).toEqual({ status: 400, body: { error: expect.stringMatching(error) } });
    expect(await world.updates()).toEqual([]);
  });

  it('does not edit the words of others', async () => {
    await world.send({ chat_id: GROUP });
    expect(await world.client('say', { chat: GROUP, from: ADA, text: 'x', edit: 1 })).toMatchObject({ status: 400 });
  });
});

describe('in the group the bot hears', () => {
  test.each([
    ['a command', '/help', true],
    ['a command to it', '/help@nightguard_sandbox_bot now', true],
    ['a command to it in capitals', '/help@Nightguard_Sandbox_Bot', true],
    ['a command to another bot', '/help@other_bot', false],
    ['a command later in the text', 'see /help', false],
    ['talk', 'good morning', false],
    ['its name', '@nightguard_sandbox_bot hi', false],
    ['a path', '/var/log', false],
  ])('%s: %s', async (_, text, heard) => {
    await world.say({ chat: GROUP, from: BEN, text });
    expect(await world.updates()).toHaveLength(heard ? 1 : 0);
    expect(await world.messages(GROUP)).toHaveLength(1);
  });

  it('replies to it, not to others', async () => {
    await world.send({ chat_id: GROUP });
    await world.say({ chat: GROUP, text: 'ok', reply_to: 1 });
    await world.say({ chat: GROUP, text: 'fine', reply_to: 2 });
    expect((await world.updates()).map(({ message }) => message?.text)).toEqual(['ok']);
  });

  it('nothing after it has left', async () => {
    await world.api('leaveChat', { chat_id: GROUP });
    await world.say({ chat: GROUP, text: '/help' });
    expect(await world.updates()).toEqual([]);
  });
});

describe('looking', () => {
  it('shows who and what there is', async () => {
    expect(await world.look('chats')).toEqual({
      people: [
        { id: 1001, first_name: 'Ada' },
        { id: 1002, first_name: 'Ben' },
        { id: 1003, first_name: 'Cleo' },
        { id: 1999, first_name: 'Mallory' },
      ],
      chats: [
        { id: 1001, type: 'private', title: 'Ada', members: [1001] },
        { id: 1002, type: 'private', title: 'Ben', members: [1002] },
        { id: 1003, type: 'private', title: 'Cleo', members: [1003] },
        { id: MALLORY, type: 'private', title: 'Mallory', members: [1999] },
        { id: GROUP, type: 'supergroup', title: 'ops', members: [1001, 1002, 1003, 1999] },
      ],
      bot: expect.objectContaining({ id: 1900, first_name: 'Nightguard' }),
    });
  });

  it('shows that an answer is wanted', async () => {
    await world.send({ reply_markup: { force_reply: true } });
    expect(await world.messages(ADA)).toMatchObject([{ text: 'hello', edits: 0, force_reply: true }]);
  });

  test.each([
    ['chat/5', 400],
    ['chat/x', 400],
    ['chat', 404],
    ['commands?chat=1001&from=1002', 400],
    ['commands', 400],
    ['nothing', 404],
  ])('%s answers %i', async (path, status) => {
    const response = await fetch(`${world.sandbox.url}/sandbox/${path}`);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.any(String) });
  });
});

describe('calls', () => {
  it('are recorded with their arguments and answers', async () => {
    await world.send({ text: 'hi' });
    await world.api('SENDMESSAGE', { chat_id: ADA, text: '' });
    await fetch(`${world.sandbox.url}/bot${TOKEN}/getNothing`);
    const form = new FormData();
    form.set('document', new Blob(['abc']), 'x.txt');
    await fetch(`${world.sandbox.url}/bot${TOKEN}/sendDocument?chat_id=1001`, { method: 'POST', body: form });
    const at = world.clock.now.getTime();
    expect(await world.calls()).toMatchObject([
      {
        at,
        method: 'sendMessage',
        params: { chat_id: ADA, text: 'hi' },
        status: 200,
        ok: true,
        result: { message_id: 1 },
      },
      { at, method: 'sendMessage', status: 400, ok: false, description: 'Bad Request: message text is empty' },
      { at, method: 'getNothing', status: 404, ok: false },
      { at, method: 'sendDocument', params: { chat_id: '1001', document: { file: 'x.txt', size: 3 } }, ok: true },
    ]);
  });
});

describe('faults', () => {
  const order = (fault: object) => world.client('faults', fault);

  it('answer the next calls with 429 or 500', async () => {
    expect(await order({ method: 'sendmessage', times: 1, kind: 429, retry_after: 7 })).toMatchObject({ status: 200 });
    await order({ method: '*', times: 1, kind: 500 });
    expect(await world.api('sendMessage', { chat_id: ADA, text: 'x' })).toEqual({
      status: 429,
      ok: false,
      error_code: 429,
      description: 'Too Many Requests: retry after 7',
      parameters: { retry_after: 7 },
    });
    expect(await world.api('getMe')).toEqual({
      status: 500,
      ok: false,
      error_code: 500,
      description: 'Internal Server Error: restart',
    });
    expect(await world.send({})).toMatchObject({ message_id: 1 });
    expect((await world.calls()).map(({ status }) => status)).toEqual([429, 500, 200]);
  });

  it('can leave a call without answer, whether it took effect or not', async () => {
    await order({ method: 'sendMessage', times: 1, kind: 'hang', also_applied: true });
    await order({ method: 'sendMessage', times: 1, kind: 'hang' });
    for (const text of ['arrived', 'lost']) {
      const body = new URLSearchParams({ chat_id: String(ADA), text });
      const url = `${world.sandbox.url}/bot${TOKEN}/sendMessage`;
      await expect(fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(100) })).rejects.toThrow();
    }
    expect((await world.messages(ADA)).map(({ text }) => text)).toEqual(['arrived']);
    expect(await world.calls()).toMatchObject([
      { status: 0, ok: false },
      { status: 0, ok: false },
    ]);
  });

  it('can lose the answer of a call that took effect', async () => {
    await order({ method: 'sendMessage', times: 1, kind: 500, also_applied: true });
    expect(await world.api('sendMessage', { chat_id: ADA, text: 'x' })).toMatchObject({ status: 500 });
    expect(await world.messages(ADA)).toHaveLength(1);
  });

  it('can be taken back', async () => {
    await order({ method: 'sendMessage', times: 9, kind: 500 });
    await order({ method: 'sendMessage', times: 0, kind: 500 });
    expect(await world.send({})).toMatchObject({ message_id: 1 });
  });

  test.each([
    { method: 'x', times: 1, kind: 404 },
    { times: 1, kind: 500 },
    { method: 'x', times: -1, kind: 500 },
  ])('refuse %o', async (fault) => {
    expect(await order(fault)).toEqual({ status: 400, body: { error: expect.any(String) } });
  });
});

it('streams what happens', async () => {
  const stream = await fetch(`${world.sandbox.url}/sandbox/events`);
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
  await world.send({ chat_id: GROUP });
  await world.api('editMessageText', { chat_id: GROUP, message_id: 1, text: 'new' });
  await world.api('setMyCommands', { commands: [{ command: 'a', description: 'b' }] });
  const pressing = world.client('press', { chat: GROUP, message_id: 1, from: BEN, data: 'x' });
  await expect.poll(async () => (await world.updates()).length).toBe(1);
  const [update] = await world.updates();
  await world.api('answerCallbackQuery', { callback_query_id: update?.callback_query?.id, text: 'ok' });
  await pressing;
  await world.api('deleteMessage', { chat_id: GROUP, message_id: 1 });
  await world.sandbox.close();
  const events = (await textOf(stream)).split('\n\n').filter((event) => event.startsWith('data: '));
  expect(events.map((event) => z.looseObject({ type: z.string() }).parse(JSON.parse(event.slice(6))))).toMatchObject([
    { type: 'message', chat: GROUP, message: { message_id: 1, text: 'hello', edits: 0 } },
    { type: 'edit', chat: GROUP, message: { message_id: 1, text: 'new', edits: 1 } },
    { type: 'commands' },
    { type: 'answer', chat: GROUP, from: BEN, text: 'ok', show_alert: false, message: { message_id: 1 } },
    { type: 'delete', chat: GROUP, message: { message_id: 1 } },
  ]);
});

it('pings the stream', async () => {
  const quick = await startSandbox({ times: { ping: 5 } });
  const stream = await fetch(`${quick.sandbox.url}/sandbox/events`);
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  while (!heard.includes(': ping\n\n')) heard += (await reader?.read())?.value ?? '';
  await reader?.cancel();
});

async function textOf(stream: Response): Promise<string> {
  let all = '';
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) all += part.value;
  } catch {
    // The sandbox hung up.
  }
  return all;
}
