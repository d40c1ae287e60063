import type { BotCommand } from 'grammy/types';
import { GROUP_ADMINS } from './people.ts';
import type { Room } from './rooms.ts';

/** For whom a command list is meant. */
export type Scope =
  | { type: 'default' | 'all_private_chats' | 'all_group_chats' | 'all_chat_administrators' }
  | { type: 'chat' | 'chat_administrators'; chat: number }
  | { type: 'chat_member'; chat: number; user: number };

/** The bot's command lists, one per scope and language. */
export interface CommandLists {
  set(scope: Scope, language: string, commands: BotCommand[]): void;
  get(scope: Scope, language: string): BotCommand[];
  delete(scope: Scope, language: string): void;
  /** The list that Telegram shows a person in a chat: the first that is set, from the narrowest scope to the widest. */
  shownTo(person: { id: number; language: string }, room: Room): BotCommand[];
}

/** No lists yet. */
export function createCommandLists(): CommandLists {
  const lists = new Map<string, BotCommand[]>();
  return {
    set: (scope, language, commands) => {
      lists.set(keyOf(scope, language), commands);
    },
    get: (scope, language) => lists.get(keyOf(scope, language)) ?? [],
    delete: (scope, language) => {
      lists.delete(keyOf(scope, language));
    },
    shownTo: ({ id, language }, room) => {
      const keys = scopesFor(id, room).flatMap((scope) => [keyOf(scope, language), keyOf(scope, '')]);
      return keys.map((key) => lists.get(key)).find((list) => list !== undefined) ?? [];
    },
  };
}

function scopesFor(person: number, { chat: { id: chat, type } }: Room): Scope[] {
  if (type === 'private') return [{ type: 'chat', chat }, { type: 'all_private_chats' }, { type: 'default' }];
  const admin = GROUP_ADMINS.includes(person);
  const scopes: (Scope | false)[] = [
    { type: 'chat_member', chat, user: person },
    admin && { type: 'chat_administrators', chat },
    { type: 'chat', chat },
    admin && { type: 'all_chat_administrators' },
    { type: 'all_group_chats' },
    { type: 'default' },
  ];
  return scopes.filter((scope) => scope !== false);
}

function keyOf(scope: Scope, language: string): string {
  const chat = 'chat' in scope ? scope.chat : '';
  const user = 'user' in scope ? scope.user : '';
  return `${scope.type}/${chat}/${user}/${language}`;
}
