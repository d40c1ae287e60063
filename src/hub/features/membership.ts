import type { Context } from 'grammy';
import type { Logger } from 'pino';
import type { Membership } from '../updates/gate.ts';

/** The bot was put into a chat, or out of it: a line in the log, and no stay where it is not on the list. */
export async function membership(ctx: Context, { chat, by, status, leave }: Membership, log: Logger): Promise<void> {
  log.warn({ chat, by, status }, leave ? 'put into a chat that is not on the list: leaving' : 'membership changed');
  if (leave) await ctx.api.leaveChat(chat).catch((err: unknown) => log.warn({ err, chat }, 'chat not left'));
}
