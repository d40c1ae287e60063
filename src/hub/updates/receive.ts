import type { Bot } from 'grammy';
import { BotError, GrammyError, HttpError } from 'grammy';
import type { Update } from 'grammy/types';
import type { Logger } from 'pino';
import { Problem } from '#src/kit/problem.ts';
import type { Ctx } from '../context.ts';
import type { Entrance } from './entrance.ts';

const RETRY_MS = 3_000;

/** `taken`: all that must not be lost is in the ledger. `dropped`: nobody was heard, so there is nothing to look after. `retry`: deliver it again, after so many ms. */
export type Received = { outcome: 'taken' | 'dropped' } | { outcome: 'retry'; afterMs: number };

/** The one door for updates, whether they were polled or posted. */
export function createReceive(deps: {
  bot: Bot<Ctx>;
  enter: Entrance;
  /** Resolves when the bot knows its own name. */
  ready: () => Promise<void>;
  log: Logger;
}): (update: Update) => Promise<Received> {
  const { bot, enter, ready, log } = deps;
  return async (update) => {
    // Before anything that costs a call: whoever knows the bot's name can send it updates.
    if (enter(update).kind === 'dropped') return { outcome: 'dropped' };
    try {
      await ready();
      await bot.handleUpdate(update);
      return { outcome: 'taken' };
    } catch (thrown) {
      const error = thrown instanceof BotError ? thrown.error : thrown;
      const afterMs = retryAfter(error);
      log.error(
        { err: error, update: update.update_id, afterMs },
        afterMs === undefined ? 'update failed' : 'update comes again',
      );
      return afterMs === undefined ? { outcome: 'taken' } : { outcome: 'retry', afterMs };
    }
  };
}

/** When an update that failed so is worth another try; undefined for what will fail again. */
function retryAfter(error: unknown): number | undefined {
  if (error instanceof Problem) return error.code === 'ledger' ? RETRY_MS : undefined;
  if (error instanceof HttpError) return RETRY_MS;
  if (!(error instanceof GrammyError)) return undefined;
  if (error.error_code === 429) return (error.parameters.retry_after ?? 3) * 1000;
  return error.error_code >= 500 ? RETRY_MS : undefined;
}
