import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from 'grammy';
import { GrammyError } from 'grammy';
import type { Update } from 'grammy/types';
import type { Logger } from 'pino';
import { Problem } from '#src/kit/problem.ts';
import type { Received } from './receive.ts';
import { senderOf } from './updateForm.ts';

/** All kinds of updates that the hub hears; every other kind is never even sent. */
export const HEARD = ['message', 'callback_query', 'my_chat_member'] as const;

const WAIT_S = 15;
const MAX_PAUSE_MS = 30_000;

/** Fetches updates until the signal: one queue per chat or pressing person, and the offset moves only past what was taken. */
export async function poll(
  deps: {
    api: Api;
    receive: (update: Update) => Promise<Received>;
    /** Telegram gives updates to somebody else, for the nth time in a row. */
    conflict: (times: number, why: string) => Promise<void>;
    log: Logger;
  },
  signal: AbortSignal,
): Promise<void> {
  const { api, log } = deps;
  let offset = 0;
  let pauseMs = 500;
  let conflicts = 0;
  while (!signal.aborted) {
    try {
      const updates = await api.getUpdates({ offset, timeout: WAIT_S, allowed_updates: HEARD }, grammySignal(signal));
      await Promise.all([...Map.groupBy(updates, queueOf).values()].map((queue) => takeAll(queue, deps, signal)));
      if (signal.aborted) return;
      offset = (updates.at(-1)?.update_id ?? offset - 1) + 1;
      pauseMs = 500;
      conflicts = 0;
    } catch (error) {
      if (signal.aborted) return;
      refuseForGood(error);
      log.warn({ err: error, pauseMs }, 'updates cannot be fetched');
      if (error instanceof GrammyError && error.error_code === 409) {
        conflicts += 1;
        await deps.conflict(conflicts, error.description).catch((err: unknown) => log.warn({ err }, 'not looked into'));
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
    }
  }
}

/** Messages of one chat stay in order, and presses of one person, as Telegram's own queues do. */
function queueOf(update: Update): string {
  if (update.callback_query) return `person ${senderOf(update)}`;
  return `chat ${(update.message ?? update.my_chat_member)?.chat?.id}`;
}

async function takeAll(
  queue: readonly Update[],
  { receive }: { receive: (update: Update) => Promise<Received> },
  signal: AbortSignal,
): Promise<void> {
  for (const update of queue) {
    for (let received = await receive(update); received.outcome === 'retry'; received = await receive(update)) {
      await sleep(received.afterMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
    }
  }
}

function refuseForGood(error: unknown): void {
  if (error instanceof GrammyError && (error.error_code === 401 || error.error_code === 404))
    throw new Problem(
      'token',
      'Telegram does not know this bot token. Get the right one from @BotFather and set TELEGRAM_BOT_TOKEN.',
    );
}

/** grammY's types name the signal of a polyfill; at run time it takes the standard one. */
function grammySignal(signal: AbortSignal): Parameters<Api['getUpdates']>[1] {
  return signal as unknown as Parameters<Api['getUpdates']>[1];
}
