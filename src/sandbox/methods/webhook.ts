import type { Params } from '../params.ts';
import { checkSecret, checkWebhookUrl } from '../webhook/address.ts';
import type { WebhookTarget } from '../webhook/webhook.ts';
import type { Method } from './method.ts';

/** setWebhook: an empty url removes it. */
export const setWebhook: Method = (world, params) => {
  const target = params.text('url') === '' ? undefined : readTarget(params);
  world.updates.allow(params.json('allowed_updates'));
  if (target) world.polling.interrupt('Conflict: terminated by setWebhook request');
  return { result: true, description: world.webhook.change(target, params.flag('drop_pending_updates')) };
};

/** deleteWebhook: back to getUpdates. */
export const deleteWebhook: Method = (world, params) => ({
  result: true,
  description: world.webhook.change(undefined, params.flag('drop_pending_updates')),
});

/** getWebhookInfo: where updates go and what went wrong last. */
export const getWebhookInfo: Method = (world) => ({ result: world.webhook.info() });

function readTarget(params: Params): WebhookTarget {
  const url = params.text('url');
  checkWebhookUrl(url);
  return {
    url,
    secret: checkSecret(params.text('secret_token')),
    maxConnections: params.integer('max_connections', { otherwise: 40, min: 1, max: 100 }),
    ipAddress: params.text('ip_address'),
  };
}
