import type { Api } from 'grammy';
import type { Logger } from 'pino';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Admins } from './admins.ts';
import type { WebhookKeeper } from './webhook.ts';
import { hostOf, webhookKey } from './webhook.ts';

/** So many fetches in a row that somebody else ends are no restart of ours any more. */
const CONFLICTS = 3;

/** Keeps webhooks away from a bot that polls. */
export interface NoWebhook extends WebhookKeeper {
  /** Telegram gave updates to somebody else, for the nth time in a row: looks why, and says it. */
  conflict(times: number, why: string): Promise<void>;
}

/** The keeper of a bot that polls: with a webhook set, Telegram gives it nothing. */
export function createNoWebhook(deps: {
  api: Pick<Api, 'token' | 'getWebhookInfo' | 'deleteWebhook'>;
  admins: Pick<Admins, 'tellDaily'>;
  ledger: Pick<HubLedger, 'recall' | 'remember'>;
  log: Logger;
}): NoWebhook {
  const { api, admins, ledger, log } = deps;
  const key = webhookKey(api);
  const assert = async (): Promise<boolean> => {
    const { url } = await api.getWebhookInfo();
    if (!url) return false;
    const mine = (await ledger.recall(`${key} at`)) === url;
    await api.deleteWebhook();
    await Promise.all([ledger.remember(key, ''), ledger.remember(`${key} at`, '')]);
    const host = hostOf(url);
    if (mine) log.info({ host }, 'the webhook of before was taken away, to poll');
    else {
      log.error({ host }, 'a webhook that is not ours was taken away');
      const words = `⚠️ Somebody's webhook was set (${host}), where this bot polls. It was taken away. Unless you did it, whoever did has the bot's token: get a new one from @BotFather (/revoke).`;
      await admins.tellDaily(`${key} strange`, host, words);
    }
    return true;
  };
  return {
    assert: async () => void (await assert()),
    async conflict(times, why) {
      log.error({ why, times }, 'somebody else fetches the updates of this bot, or has set a webhook');
      if ((await assert()) || times < CONFLICTS) return;
      const words =
        "⚠️ Somebody else fetches the updates of this bot, so that I miss some. Stop every other program with its token; if there is none of yours, whoever does it has the bot's token: get a new one from @BotFather (/revoke).";
      await admins.tellDaily(`${key} conflict`, 'other', words);
    },
  };
}
