import type { Bot } from 'grammy';
import type { Telegram } from '#src/hub/bot.ts';
import { createBot as create } from '#src/hub/bot.ts';
import type { Ctx } from '#src/hub/context.ts';
import { pass } from '../passing.ts';

/** The real bot with points around its calls. */
export function createBot(telegram: Telegram): Bot<Ctx> {
  const bot = create(telegram);
  bot.api.config.use(async (call, method, payload, signal) => {
    pass(`telegram.${method}:before`);
    const answer = await call(method, payload, signal);
    pass(`telegram.${method}:after`);
    return answer;
  });
  return bot;
}
