import type { Chat, User, UserFromGetMe } from 'grammy/types';

/** Everybody who lives in the sandbox; what each may do is for the bot to know. */
export const PEOPLE: readonly User[] = [
  { id: 1001, is_bot: false, first_name: 'Ada', language_code: 'en' },
  { id: 1002, is_bot: false, first_name: 'Ben', language_code: 'en' },
  { id: 1003, is_bot: false, first_name: 'Cleo', language_code: 'en' },
  { id: 1999, is_bot: false, first_name: 'Mallory', language_code: 'en' },
];

/** The one person who has not pressed start: the bot cannot write to her first. */
export const STRANGER_ID = 1999;

/** Who administers the group. */
export const GROUP_ADMINS: readonly number[] = [1001];

/** The group that everybody and the bot are in. */
export const GROUP: Chat.SupergroupChat = { id: -1_001_000_000_001, type: 'supergroup', title: 'ops' };

/** The bot that a token stands for, as getMe tells it. */
export function botOf(token: string, joinsGroups = true): UserFromGetMe {
  return {
    id: Number(token.slice(0, token.indexOf(':'))),
    is_bot: true,
    first_name: 'Nightguard',
    username: 'nightguard_sandbox_bot',
    can_join_groups: joinsGroups,
    can_read_all_group_messages: false,
    supports_guest_queries: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: false,
    allows_users_to_create_topics: false,
    can_manage_bots: false,
    supports_join_request_queries: false,
  };
}

/** The bot as messages name their author. */
export function authorOf({ id, is_bot, first_name, username }: UserFromGetMe): User {
  return { id, is_bot, first_name, username };
}

/** A person by id. */
export function personOf(id: number): User | undefined {
  return PEOPLE.find((person) => person.id === id);
}
