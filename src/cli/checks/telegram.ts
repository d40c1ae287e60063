import { createBot } from '#src/hub/bot.ts';
import { warningsOf } from '#src/hub/telegram/me.ts';
import { sameKinds } from '#src/hub/telegram/webhook.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Check, Finding, Patient } from './check.ts';
import { ok, warn } from './check.ts';

/** The token, and where Telegram brings the updates. */
export const telegramCheck: Check = async (patient) => {
  const { role, hub, settings } = patient;
  if (!settings.token) return tokenless(patient);
  const { api } = createBot({ token: settings.token, apiRoot: settings.apiRoot });
  const me = await api.getMe();
  const info = await api.getWebhookInfo();
  const name = `@${me.username}`;
  if (!info.url)
    return hub?.webhook ? warn(`${name} has no webhook yet; the hub sets it when it starts`) : ok(`${name} polls`);
  const host = URL.parse(info.url)?.host ?? '';
  if (!hub?.webhook) {
    const starts = role === 'hub' ? 'the hub' : '"up"';
    return warn(
      `${name} has a webhook at ${host}; ${starts} will take it away to poll. Is another hub using this token?`,
    );
  }
  if (info.url !== hub.webhook.url)
    return warn(
      `${name} has a webhook at ${host}, not at ${new URL(hub.webhook.url).host}; the hub sets it when it starts`,
    );
  if (!sameKinds(info.allowed_updates))
    return warn(`${name} gets other kinds of updates than are heard; the next tick sets them right`);
  const trouble = info.last_error_message === undefined ? '' : ` · last error: ${info.last_error_message}`;
  const words = `${name} at ${host}, ${info.pending_update_count} waiting${trouble}`;
  return info.pending_update_count > 0 && trouble ? warn(words) : ok(words);
};

/** What the bot may do that nobody here needs. */
export const botCheck: Check = async ({ settings, config }) => {
  if (!settings.token) return ok('there is none');
  const { api } = createBot({ token: settings.token, apiRoot: settings.apiRoot });
  const warnings = warningsOf(await api.getMe(), config?.chats ?? []);
  return warnings.length > 0 ? warn(warnings.join(' ')) : ok('no door is open that nobody uses');
};

function tokenless({ role }: Patient): Finding {
  if (role === 'agent') return ok('an agent needs no token');
  if (role === 'up') return ok('no TELEGRAM_BOT_TOKEN: "up" opens the sandbox');
  throw new Problem('token', 'TELEGRAM_BOT_TOKEN is not set: it comes from @BotFather.');
}
