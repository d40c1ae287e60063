import { once } from 'node:events';
import { createServer } from 'node:http';
import { Bot, GrammyError, InlineKeyboard, InputFile, webhookCallback } from 'grammy';
import { afterEach, expect, it } from 'vitest';
import { ADA, closeAll, startSandbox, TOKEN } from './fixture.ts';

afterEach(closeAll);

function botOn(url: string): Bot {
  const bot = new Bot(TOKEN, { client: { apiRoot: url } });
  bot.command('restart', (ctx) =>
    ctx.reply(`Restart <b>${ctx.match}</b>?`, {
      parse_mode: 'HTML',
      reply_markup: new InlineKeyboard().text('Restart', 'yes'),
      reply_parameters: { message_id: ctx.msg.message_id },
    }),
  );
  bot.callbackQuery('yes', async (ctx) => {
    await ctx.editMessageText('Restarted.');
    await ctx.answerCallbackQuery('Done');
  });
  return bot;
}

it('grammY gets a command by polling, replies with a button, gets the press and edits', async () => {
  const world = await startSandbox({ limits: true });
  const bot = botOn(world.sandbox.url);
  const running = bot.start({ timeout: 5 });
  await world.say({ text: '/restart web' });
  await expect.poll(async () => (await world.messages(ADA)).length).toBe(2);
  const [, question] = await world.messages(ADA);
  expect(question).toMatchObject({
    text: 'Restart web?',
    entities: [{ type: 'bold', offset: 8, length: 3 }],
    reply_markup: { inline_keyboard: [[{ text: 'Restart', callback_data: 'yes' }]] },
    reply_to_message: { text: '/restart web' },
  });
  const pressed = await world.client('press', { chat: ADA, message_id: question?.message_id, from: ADA, data: 'yes' });
  expect(pressed.body).toEqual({ answer: { text: 'Done', show_alert: false } });
  const [, result] = await world.messages(ADA);
  expect(result).toMatchObject({ text: 'Restarted.', edits: 1 });
  expect(result).not.toHaveProperty('reply_markup');
  world.pass(5);
  await bot.stop();
  await running;
});

it('grammY gets the same by webhook', async () => {
  const world = await startSandbox();
  const bot = botOn(world.sandbox.url);
  await bot.init();
  const handle = webhookCallback(bot, 'http', { secretToken: 'sesame' });
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  await bot.api.setWebhook(`http://127.0.0.1:${port}/telegram`, { secret_token: 'sesame' });
  await world.say({ text: '/restart web' });
  await expect.poll(async () => (await world.messages(ADA)).length).toBe(2);
  const pressed = await world.client('press', { chat: ADA, message_id: 2, from: ADA, data: 'yes' });
  expect(pressed.body).toEqual({ answer: { text: 'Done', show_alert: false } });
  await closeAll();
  server.closeAllConnections();
  server.close();
});

it("grammY's uploads and errors are understood", async () => {
  const world = await startSandbox();
  const { api } = botOn(world.sandbox.url);
  const sent = await api.sendDocument(ADA, new InputFile(Buffer.from('line 1\nline 2\n'), 'web log.txt'), {
    caption: '<i>log</i>',
    parse_mode: 'HTML',
    reply_markup: new InlineKeyboard().text('More', 'more').success(),
  });
  expect(sent).toMatchObject({
    document: { file_name: 'web log.txt', file_size: 14, mime_type: 'text/plain' },
    caption: 'log',
    reply_markup: { inline_keyboard: [[{ text: 'More', callback_data: 'more', style: 'success' }]] },
  });
  const file = await fetch(`${world.sandbox.url}/sandbox/file/${sent.document.file_id}`);
  expect(await file.text()).toBe('line 1\nline 2\n');

  await world.client('faults', { method: 'sendMessage', times: 1, kind: 429, retry_after: 3 });
  const refused = await api.sendMessage(ADA, 'x').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(GrammyError);
  expect(refused).toMatchObject({
    error_code: 429,
    description: 'Too Many Requests: retry after 3',
    parameters: { retry_after: 3 },
  });
});
