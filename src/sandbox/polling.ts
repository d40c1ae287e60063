import { setTimeout as sleep } from 'node:timers/promises';
import type { Update } from 'grammy/types';
import type { LongPoll } from './longPoll.ts';
import { startLongPoll } from './longPoll.ts';
import { refusal } from './refusal.ts';
import type { Settings } from './settings.ts';
import type { UpdateLog } from './updateLog.ts';

/** What a getUpdates call asks for; `timeout` in seconds. */
export interface PollRequest {
  offset: number;
  limit: number;
  timeout: number;
}

/** Long polling: at most one call waits, a newer one ends it with 409. */
export interface Polling {
  /** Resolves with updates as soon as there are some, or empty when the time is over or `gone` tells that nobody waits. */
  poll(request: PollRequest, gone: AbortSignal): Promise<Update[]>;
  /** Ends the call that waits, if any, with 409. */
  interrupt(description: string): void;
  /** The 409 for a call that cannot be served; late when there was another within three seconds. */
  conflict(description: string): Promise<never>;
}

interface Deps {
  updates: UpdateLog;
  settings: Pick<Settings, 'now' | 'limits' | 'times'>;
  closing: AbortSignal;
}

const OTHER = 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';

/** Polling on an update log; `closing` ends everything that waits with 500. */
export function createPolling({ updates, settings, closing }: Deps): Polling {
  const pace = createPace(settings);
  const conflict = createConflict(settings, closing);
  let waiting: LongPoll | undefined;

  const interrupt = (description: string) => {
    waiting?.end(conflict(description));
    waiting = undefined;
  };

  return {
    conflict,
    interrupt,
    poll: (request, gone) => {
      const { offset, limit, timeout } = pace(request);
      const look = () => take(updates, offset, limit);
      const found = look();
      if (found.length > 0 || timeout === 0) return Promise.resolve(found);
      interrupt(OTHER);
      const poll = startLongPoll(updates, { look, ms: timeout * 1000, gone, closing });
      waiting = poll;
      return poll.updates.finally(() => {
        if (waiting === poll) waiting = undefined;
      });
    },
  };
}

function take(updates: UpdateLog, offset: number, limit: number): Update[] {
  if (offset < 0) updates.keepLast(-offset);
  if (offset > 0) updates.forgetBefore(offset);
  return updates
    .pending()
    .slice(0, limit)
    .map(({ update }) => update);
}

function createConflict({ now, limits, times }: Deps['settings'], closing: AbortSignal): Polling['conflict'] {
  let quietUntil = 0;
  return async (description) => {
    const moment = now().getTime();
    const late = limits && moment < quietUntil;
    if (late) await sleep(times.conflict, undefined, { signal: closing }).catch(() => {});
    else quietUntil = moment + times.conflict;
    throw refusal(409, description);
  };
}

/** Telegram slows down who asks for the same again and again. */
function createPace({ now, limits }: Deps['settings']): (request: PollRequest) => PollRequest {
  let last = { offset: Number.NaN, at: 0 };
  return ({ offset, limit, timeout }) => {
    const at = now().getTime();
    const since = at - last.at;
    const same = limits && offset === last.offset;
    last = { offset, at };
    return {
      offset,
      limit: same && since < 500 ? 1 : limit,
      timeout: same && since < 3000 ? Math.max(3, timeout) : timeout,
    };
  };
}
