import { Bot } from 'grammy';
import type { Logger } from 'pino';
import type { Secret } from '#src/kit/secret.ts';
import type { Ctx, HubDeps } from './context.ts';
import { help } from './features/help.ts';
import { jobs } from './features/jobs.ts';
import { nodes } from './features/nodes.ts';
import { operations } from './features/operations.ts';
import { presses } from './features/presses.ts';
import { judgeUpdate } from './gate.ts';

/** Longest wait for one call of the Bot API, in s. */
const API_TIMEOUT_S = 20;

/** Where and as whom the bot speaks. */
export interface Telegram {
  token: Secret;
  apiRoot: string;
}

/** A bot without features: the way out to Telegram. */
export function createBot({ token, apiRoot }: Telegram): Bot<Ctx> {
  return new Bot<Ctx>(token.reveal(), { client: { apiRoot, timeoutSeconds: API_TIMEOUT_S, sensitiveLogs: false } });
}

/** Puts the gate and then every feature on the bot, in the order in which they are asked. */
export function install(bot: Bot<Ctx>, deps: HubDeps, log: Logger): void {
  bot.use(async (ctx, next) => {
    const ruling = judgeUpdate(ctx.update, deps.config);
    const child = log.child({ update: ctx.update.update_id });
    if (ruling.kind === 'dropped') {
      const { because, from } = ruling;
      return from === undefined
        ? child.info({ because }, 'update dropped')
        : child.warn({ from, because }, 'stranger turned away');
    }
    ctx.admitted = ruling;
    ctx.log = child.child({ operator: ruling.operator.id });
    await next();
  });
  bot.use(help(deps));
  bot.use(nodes(deps));
  bot.use(jobs(deps));
  bot.use(presses(deps));
  bot.use(operations(deps));
}
