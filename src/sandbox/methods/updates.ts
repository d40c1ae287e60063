import type { Method } from './method.ts';

const LONGEST_POLL_SECONDS = 50;

/** getUpdates: the long poll. */
export const getUpdates: Method = async (world, params, gone) => {
  if (world.webhook.target()) {
    await world.polling.conflict(
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  }
  world.updates.allow(params.json('allowed_updates'));
  const request = {
    offset: params.integer('offset'),
    limit: params.integer('limit', { otherwise: 100, min: 1, max: 100 }),
    timeout: params.integer('timeout', { min: 0, max: LONGEST_POLL_SECONDS }),
  };
  return { result: await world.polling.poll(request, gone) };
};
