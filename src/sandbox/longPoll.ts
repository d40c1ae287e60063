import type { Update } from 'grammy/types';
import { refusal } from './refusal.ts';
import type { UpdateLog } from './updateLog.ts';

/** A getUpdates call that waits. */
export interface LongPoll {
  readonly updates: Promise<Update[]>;
  /** Ends it at once with this. */
  end(result: Update[] | Promise<never>): void;
}

/** Waits until `look` finds updates, the time is over or `gone` tells that nobody waits; `closing` ends it with 500. */
export function startLongPoll(
  log: UpdateLog,
  wait: { look: () => Update[]; ms: number; gone: AbortSignal; closing: AbortSignal },
): LongPoll {
  const { look, ms, gone, closing } = wait;
  const { promise, resolve } = Promise.withResolvers<Update[]>();
  const end = (result: Update[] | Promise<never>) => {
    unwatch();
    clearTimeout(timer);
    closing.removeEventListener('abort', stop);
    gone.removeEventListener('abort', leave);
    resolve(result);
  };
  const stop = () => end(Promise.reject(refusal(500, 'Internal Server Error: restart')));
  const leave = () => end([]);
  const unwatch = log.onPush(() => {
    const news = look();
    if (news.length > 0) end(news);
  });
  const timer = setTimeout(leave, gone.aborted || closing.aborted ? 0 : ms);
  closing.addEventListener('abort', stop);
  gone.addEventListener('abort', leave);
  return { updates: promise, end };
}
