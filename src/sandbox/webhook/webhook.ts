import type { WebhookInfo } from 'grammy/types';
import { tooManyRequests } from '../refusal.ts';
import type { Settings } from '../settings.ts';
import { unixTime } from '../settings.ts';
import { DEFAULT_KINDS } from '../updateKinds.ts';
import type { UpdateLog } from '../updateLog.ts';

/** Where updates are to be delivered. */
export interface WebhookTarget {
  url: string;
  secret: string;
  maxConnections: number;
  ipAddress: string;
}

/** The bot's webhook: set or not, and what went wrong with it last. */
export interface Webhook {
  target(): WebhookTarget | undefined;
  /** Sets or, with undefined, removes it; gives Telegram's words for what happened. */
  change(target: WebhookTarget | undefined, dropPending: boolean): string;
  /** Keeps what getWebhookInfo tells as the last error. */
  blame(message: string): void;
  info(): WebhookInfo;
  /** Calls back when the target has changed. */
  onChange(wake: () => void): void;
}

/** No webhook yet. */
export function createWebhook(deps: { updates: UpdateLog; settings: Pick<Settings, 'now' | 'limits'> }): Webhook {
  const { updates, settings } = deps;
  const wakers: (() => void)[] = [];
  let target: WebhookTarget | undefined;
  let error: { last_error_date: number; last_error_message: string } | undefined;
  let nextSet = 0;

  const pace = () => {
    const moment = settings.now().getTime();
    if (settings.limits && moment < nextSet) throw tooManyRequests(1);
    nextSet = moment + 1000;
  };

  return {
    target: () => target,
    change: (wanted, dropPending) => {
      if (wanted) pace();
      const state = wanted ? 'set' : 'deleted';
      if (JSON.stringify(wanted) === JSON.stringify(target) && !dropPending) return `Webhook is already ${state}`;
      const before = target;
      target = wanted;
      error = undefined;
      if (dropPending) updates.keepLast(0);
      for (const wake of wakers) wake();
      return !wanted && !before ? 'Webhook is already deleted' : `Webhook was ${state}`;
    },
    blame: (message) => {
      error = { last_error_date: unixTime(settings.now()), last_error_message: message };
    },
    info: () => ({
      url: target?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: updates.pending().length,
      ...error,
      ...(target ? { max_connections: target.maxConnections } : {}),
      ...(target?.ipAddress ? { ip_address: target.ipAddress } : {}),
      ...(updates.allowed() === DEFAULT_KINDS ? {} : { allowed_updates: [...updates.allowed()] }),
    }),
    onChange: (wake) => {
      wakers.push(wake);
    },
  };
}
