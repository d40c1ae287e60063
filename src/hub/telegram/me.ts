import type { Bot } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Ctx } from '../context.ts';
import type { Admins } from './admins.ts';

const Known = z.looseObject({ id: z.int(), is_bot: z.literal(true), username: z.string(), first_name: z.string() });
const Remembered = z.custom<UserFromGetMe>((value) => Known.safeParse(value).success);

/** Who the bot is: asked of Telegram once, and then known from the ledger, so that a cold start need not ask. */
export interface Me {
  /** Resolves when the bot knows its own name; the bot takes no update before that. */
  ready(): Promise<void>;
  /** Asks Telegram again. */
  refresh(): Promise<UserFromGetMe>;
}

/** The bot's own account, kept in the ledger under the token's number. */
export function createMe(deps: {
  bot: Bot<Ctx>;
  /** The groups in which commands are taken. */
  chats: readonly number[];
  ledger: Pick<HubLedger, 'recall' | 'remember'>;
  /** Hear once which doors are open that nobody uses. */
  admins: Pick<Admins, 'tellOnce'>;
  log: Logger;
}): Me {
  const { bot, chats, ledger, admins, log } = deps;
  const key = `me ${bot.token.split(':', 1)[0]}`;
  let known: Promise<void> | undefined;
  let warned = '';

  const refresh = async (): Promise<UserFromGetMe> => {
    const me = await bot.api.getMe();
    const text = JSON.stringify(me);
    if ((await ledger.recall(key)) !== text) await ledger.remember(key, text);
    bot.botInfo = me;
    const warnings = warningsOf(me, chats).join(' ');
    if (warnings !== '' && warnings !== warned) {
      log.warn(warnings);
      await admins.tellOnce(`${key} doors`, warnings, `⚠️ ${warnings}`);
    }
    warned = warnings;
    return me;
  };
  const learn = async (): Promise<void> => {
    const remembered = Remembered.safeParse(parseJson(await ledger.recall(key)));
    if (remembered.success) bot.botInfo = remembered.data;
    else await refresh();
  };

  return {
    refresh,
    async ready() {
      known ??= learn();
      try {
        await known;
      } catch (error) {
        known = undefined;
        throw error;
      }
    },
  };
}

/** What in the bot's settings opens doors that nobody here uses, each with where to close it. */
export function warningsOf(me: Partial<UserFromGetMe>, chats: readonly number[]): string[] {
  const at = '@BotFather';
  return [
    ...(me.can_join_groups && chats.length === 0
      ? [`The bot can be put into groups, and none is on the list. Turn that off at ${at}: /setjoingroups`]
      : []),
    ...(me.supports_inline_queries ? [`The bot answers inline queries. Turn that off at ${at}: /setinline`] : []),
    ...(me.can_connect_to_business
      ? [`The bot can speak for business accounts. Turn that off at ${at}: Bot Settings`]
      : []),
    ...(me.supports_guest_queries
      ? [`The bot can be called into chats of others. Turn that off at ${at}: Bot Settings`]
      : []),
    ...(me.can_read_all_group_messages
      ? [`The bot reads all messages of its groups. Turn privacy mode on at ${at}: /setprivacy`]
      : []),
  ];
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}
