import { Bot, webhookCallback } from 'grammy';
import { launchFleet } from '../../fixtures/fleet.ts';
import type { Figure } from '../release/part.ts';

const ME = {
  ...{ id: 4242424242, is_bot: true as const, first_name: 'Bot', username: 'our_bot', can_join_groups: false },
  ...{ can_read_all_group_messages: false, supports_inline_queries: false, can_connect_to_business: false },
  ...{ has_main_web_app: false, has_topics_enabled: false, allows_users_to_create_topics: false },
  ...{ can_manage_bots: false, supports_guest_queries: false, supports_join_request_queries: false },
};

/** Updates that somebody made up and posted to the webhook: grammY's own one with the secret left out or empty, and ours. */
export async function grammyBeside({ times }: { times: number }): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [how, secretToken] of [
    ['left out', undefined],
    ['empty', ''],
  ] as const) {
    let heard = 0;
    const bot = new Bot('4242424242:nobody', { botInfo: ME });
    bot.command('restart', () => {
      heard += 1;
    });
    const handle = webhookCallback(bot, 'std/http', secretToken === undefined ? {} : { secretToken });
    for (let n = 0; n < times; n += 1) await handle(posted('http://127.0.0.1/telegram', n, secretToken));
    const beside = `grammY's webhookCallback with its secret ${how} takes ${heard}; ours does not start without a secret of 32 characters`;
    figures.push({
      what: `an update that somebody made up, secret ${how}`,
      tried: times,
      of: 'updates',
      wrong: 0,
      beside,
    });
  }
  return [...figures, await ourOwn(times)];
}

/** Our own hub, with such a body without a header, with an empty and with a wrong secret. */
async function ourOwn(times: number): Promise<Figure> {
  const fleet = await launchFleet();
  try {
    await fleet.hub();
    let taken = 0;
    for (let n = 0; n < times; n += 1) {
      const secret = [undefined, '', 'x'.repeat(64)][n % 3];
      const answer = await fetch(posted(`${fleet.door.url}/telegram`, n, secret));
      taken += answer.ok ? 1 : 0;
      await answer.arrayBuffer();
    }
    const jobs = (await fleet.ledger.jobs({ limit: 5 })).length;
    const beside = `no header, an empty one, a wrong one: our hub takes ${taken}, and ${jobs} became something`;
    return { what: 'the same to our hub', tried: times, of: 'updates', wrong: taken + jobs, beside };
  } finally {
    await fleet.close();
  }
}

function posted(url: string, n: number, secret: string | undefined): Request {
  const from = { id: 1001, is_bot: false, first_name: 'Ada' };
  const entities = [{ type: 'bot_command', offset: 0, length: 8 }];
  const place = { chat: { id: 1001, type: 'private', first_name: 'Ada' }, date: Math.floor(Date.now() / 1000) };
  const message = { message_id: n + 1, from, ...place, text: '/restart alpha web', entities };
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (secret !== undefined) headers['x-telegram-bot-api-secret-token'] = secret;
  return new Request(url, { method: 'POST', headers, body: JSON.stringify({ update_id: n + 1, message }) });
}
