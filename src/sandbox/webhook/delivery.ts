import { sentenceOf } from '#src/kit/problem.ts';
import type { Settings } from '../settings.ts';
import type { UpdateLog } from '../updateLog.ts';
import { retryDelay } from './backoff.ts';
import type { Lane } from './lanes.ts';
import { createLanes } from './lanes.ts';
import type { Poster, Reply } from './post.ts';
import { createPoster } from './post.ts';
import type { Webhook, WebhookTarget } from './webhook.ts';

interface Deps {
  updates: UpdateLog;
  webhook: Webhook;
  settings: Pick<Settings, 'times' | 'log'>;
  /** Carries out the call that a webhook may put into its reply. */
  onReply: (reply: Reply) => void;
  closing: AbortSignal;
}

type Attempt = { taken: Reply } | { error: string; retryAfter: number };

/** Starts to deliver updates to the webhook whenever there is one, as Telegram does; `closing` ends it. */
export function startDelivery(deps: Deps): void {
  const { updates, webhook, settings, closing } = deps;
  const poster = createPoster();
  const lanes = createLanes();
  let active = 0;

  const pump = () => {
    const target = webhook.target();
    if (!target || closing.aborted) return;
    const free = lanes.ready(updates.pending()).slice(0, target.maxConnections - active);
    for (const { lane, pending } of free)
      void deliver(lane, pending.update.update_id, target, JSON.stringify(pending.update));
  };

  const deliver = async (lane: Lane, updateId: number, target: WebhookTarget, body: string) => {
    lane.busy = true;
    active += 1;
    const result = await attempt(poster, target, body, settings.times.webhookRead, closing);
    active -= 1;
    lane.busy = false;
    if ('taken' in result) {
      updates.remove(updateId);
      deps.onReply(result.taken);
    } else if (target === webhook.target() && !closing.aborted) {
      settings.log.warn({ update_id: updateId, error: result.error }, 'webhook failed');
      webhook.blame(result.error);
      const failures = lanes.failed(lane, updateId);
      lanes.hold(lane, retryDelay(failures, result.retryAfter, settings.times.webhookRetry), pump);
    }
    pump();
  };

  updates.onPush(pump);
  webhook.onChange(() => {
    lanes.forget();
    pump();
  });
  closing.addEventListener('abort', () => {
    lanes.forget();
    poster.close();
  });
}

async function attempt(
  poster: Poster,
  target: WebhookTarget,
  body: string,
  readWithin: number,
  signal: AbortSignal,
): Promise<Attempt> {
  try {
    const reply = await poster.post(target.url, body, { secret: target.secret, readWithin }, signal);
    if (reply.status >= 200 && reply.status <= 299) return { taken: reply };
    const error = `Wrong response from the webhook: ${reply.status} ${reply.reason}`.trimEnd();
    return { error, retryAfter: reply.retryAfter };
  } catch (error) {
    return { error: sentenceOf(error), retryAfter: 0 };
  }
}
