import { Bot } from 'grammy';
import type { Logger } from 'pino';
import type { Secret } from '#src/kit/secret.ts';
import type { Ctx, HubDeps } from './context.ts';
import { after } from './features/after.ts';
import { alerts } from './features/alerts.ts';
import { answers } from './features/answers.ts';
import { asking } from './features/asking.ts';
import { audit } from './features/audit.ts';
import { cancel } from './features/cancel.ts';
import { codes } from './features/codes.ts';
import { enroll } from './features/enroll.ts';
import { help } from './features/help.ts';
import { jobs } from './features/jobs.ts';
import { lockdown } from './features/lockdown.ts';
import { membership } from './features/membership.ts';
import { node } from './features/node.ts';
import { nodes } from './features/nodes.ts';
import { operations } from './features/operations.ts';
import { presses } from './features/presses.ts';
import { replies } from './features/replies.ts';
import { retire } from './features/retire.ts';
import { unseal } from './features/unseal.ts';
import { upkeep } from './features/upkeep.ts';
import { attempt } from './telegram/answer.ts';
import type { Entrance, Flood } from './updates/entrance.ts';
import type { Moved } from './updates/moved.ts';
import { watchMoves } from './updates/moved.ts';
import { createPatience } from './updates/patience.ts';

/** Longest wait for updates, in s. */
const API_TIMEOUT_S = 20;
/** Longest wait for every other call: what hangs holds up who comes behind it, in ms. */
const CALL_MS = 8_000;

/** Where and as whom the bot speaks. */
export interface Telegram {
  token: Secret;
  apiRoot: string;
  /** Longest wait for a call that does not wait for updates, in ms. */
  callMs?: number | undefined;
}

/** A bot without features: the way out to Telegram. */
export function createBot({ token, apiRoot, callMs = CALL_MS }: Telegram): Bot<Ctx> {
  const client = { apiRoot, timeoutSeconds: API_TIMEOUT_S, sensitiveLogs: false };
  const bot = new Bot<Ctx>(token.reveal(), { client });
  bot.api.config.use(createPatience(callMs));
  return bot;
}

/** Puts the gate and then every feature on the bot, in the order in which they are asked. */
export function install(bot: Bot<Ctx>, deps: HubDeps, enter: Entrance, moved: Moved, log: Logger): void {
  bot.api.config.use(watchMoves(moved));
  bot.use(async (ctx, next) => {
    const ruling = enter(ctx.update);
    ctx.log = log.child({ update: ctx.update.update_id });
    switch (ruling.kind) {
      case 'dropped':
        return;
      case 'move':
        return await moved(ruling.move);
      case 'membership':
        return await membership(ctx, ruling, ctx.log);
      case 'flood':
        return await slowDown(ctx, ruling);
      default:
        ctx.admitted = ruling;
        ctx.log = ctx.log.child({ operator: ruling.operator.id });
        await next();
    }
  });
  bot.use(codes(deps));
  bot.use(help(deps));
  bot.use(nodes(deps));
  bot.use(jobs(deps));
  bot.use(alerts(deps));
  bot.use(audit(deps));
  bot.use(lockdown(deps));
  bot.use(enroll(deps));
  bot.use(node(deps));
  bot.use(upkeep(deps));
  bot.use(retire(deps));
  bot.use(unseal(deps));
  bot.use(asking(deps));
  bot.use(cancel(deps));
  bot.use(answers(deps));
  bot.use(after(deps));
  bot.use(presses(deps));
  bot.use(replies(deps));
  bot.use(operations(deps));
}

async function slowDown(ctx: Ctx, { admitted }: Flood): Promise<void> {
  const text = 'That was too much at once. I hear you again in a moment.';
  const call = () =>
    admitted.kind === 'press' ? ctx.answerCallbackQuery({ text, show_alert: true }) : ctx.reply(text);
  await attempt(ctx, call);
}
