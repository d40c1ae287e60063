// The least that answers a webhook: grammY and node:http, one call of Telegram for one command.
import { createServer } from 'node:http';
import { Bot, webhookCallback } from 'grammy';

const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot, PORT: port } = process.env;
const botInfo = { id: 4242424242, is_bot: true, first_name: 'Bare', username: 'nightguard_sandbox_bot' };
const bot = new Bot(token, { botInfo, client: { apiRoot } });
bot.command('help', (ctx) => ctx.reply('Help'));
const server = createServer(webhookCallback(bot, 'http'));
server.listen(Number(port), () => process.stdout.write('{}\n'));
process.on('SIGTERM', () => process.exit());
