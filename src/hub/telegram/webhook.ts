import { createHash } from 'node:crypto';
import type { Api } from 'grammy';
import type { Logger } from 'pino';
import type { Secret } from '#src/kit/secret.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import { HEARD } from '../updates/poll.ts';
import type { Admins } from './admins.ts';

/** How many updates Telegram may deliver at once. */
const MAX_CONNECTIONS = 20;
/** How often the webhook is looked at, in ms. */
export const CHECK_MS = 300_000;

/** Where Telegram shall post updates, and the secret that proves it was Telegram. */
export interface WebhookTarget {
  url: string;
  secret: Secret;
}

/** Keeps the bot's webhook as this hub wants it. */
export interface WebhookKeeper {
  /** Makes it so when Telegram has it otherwise; the admins hear of one that somebody else has set. */
  assert(): Promise<void>;
}

/** Keeps it ours. */
export interface OwnWebhook extends WebhookKeeper {
  /** Whether this very webhook was set and seen before, by any hub on this ledger. */
  isKnown(): Promise<boolean>;
}

/** The keeper of one bot's webhook. */
export function createWebhookKeeper(deps: {
  api: Api;
  target: WebhookTarget;
  admins: Pick<Admins, 'tellDaily'>;
  ledger: Pick<HubLedger, 'recall' | 'remember'>;
  now: () => number;
  log: Logger;
}): OwnWebhook {
  const { api, target, admins, ledger, now, log } = deps;
  const key = webhookKey(api);
  const ours = digestOf(target);

  const set = async (): Promise<void> => {
    await api.setWebhook(target.url, {
      secret_token: target.secret.reveal(),
      allowed_updates: HEARD,
      max_connections: MAX_CONNECTIONS,
      drop_pending_updates: false,
    });
    await Promise.all([ledger.remember(key, ours), ledger.remember(`${key} at`, target.url)]);
    log.info({ host: hostOf(target.url) }, 'webhook set');
  };
  const sayStrange = async (url: string): Promise<void> => {
    const host = url ? hostOf(url) : '';
    log.error({ host }, 'somebody else changed the webhook');
    const what = url ? `Somebody else's webhook was set (${host}).` : 'Somebody took the webhook away.';
    const text = `⚠️ ${what} It was set back. Whoever did it has the bot's token: get a new one from @BotFather (/revoke).`;
    await admins.tellDaily(`${key} strange`, host, text);
  };

  return {
    isKnown: async () => (await ledger.recall(key)) === ours,
    async assert() {
      // Recalled before Telegram is asked: between the two, another hub that starts may set the webhook and remember it.
      const known = (await ledger.recall(key)) === ours;
      const info = await api.getWebhookInfo();
      const isStrange = known && info.url !== target.url;
      if (!known || isStrange || !sameKinds(info.allowed_updates)) await set();
      if (isStrange) await sayStrange(info.url ?? '');
      if ((info.last_error_date ?? 0) * 1000 > now() - CHECK_MS)
        log.warn({ error: info.last_error_message, pending: info.pending_update_count }, 'webhook had trouble');
    },
  };
}

/** The updates that are heard, in whatever order they are named; a list that is left out means Telegram's own choice. */
export function sameKinds(allowed: readonly string[] | undefined): boolean {
  return allowed?.toSorted().join() === HEARD.toSorted().join();
}

function digestOf({ url, secret }: WebhookTarget): string {
  return createHash('sha256').update(`${url}\n${secret.reveal()}\n${HEARD.join()}`).digest('hex');
}

/** Where it is kept which webhook this hub has set for its bot. */
export function webhookKey({ token }: Pick<Api, 'token'>): string {
  return `webhook ${token.split(':', 1)[0]}`;
}

/** The host of an address; the path of a strange one may hold a secret of its owner. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? '';
}
