import type { BotCommand } from 'grammy/types';
import { z } from 'zod';
import type { Scope } from '../commandLists.ts';
import type { Params } from '../params.ts';
import { createParams } from '../params.ts';
import { badRequest } from '../refusal.ts';
import { countCharacters } from '../text/readText.ts';
import type { World } from '../world.ts';
import type { Method } from './method.ts';
import { DONE } from './method.ts';
import { knownRoomOf } from './target.ts';

const MOST_COMMANDS = 100;

/** setMyCommands: one list for a scope and a language; an empty list removes it. */
export const setMyCommands: Method = (world, params) => {
  const commands = readCommands(params);
  const scope = readScope(world, params);
  const language = readLanguage(params);
  if (commands.length > 0) world.commands.set(scope, language, commands);
  else world.commands.delete(scope, language);
  world.events.publish({ type: 'commands' });
  return DONE;
};

/** getMyCommands: exactly the list of that scope and language. */
export const getMyCommands: Method = (world, params) => ({
  result: world.commands.get(readScope(world, params), readLanguage(params)),
});

/** deleteMyCommands: wider lists show through again. */
export const deleteMyCommands: Method = (world, params) => {
  world.commands.delete(readScope(world, params), readLanguage(params));
  world.events.publish({ type: 'commands' });
  return DONE;
};

function readCommands(params: Params): BotCommand[] {
  const problem = "Can't parse commands JSON object";
  const sent = params.json('commands', problem);
  if (sent === undefined) throw badRequest(problem);
  if (!Array.isArray(sent)) throw badRequest('Expected an Array of BotCommand');
  if (sent.length > MOST_COMMANDS) throw badRequest('BOT_COMMANDS_TOO_MUCH');
  return sent.map(readCommand);
}

function readCommand(sent: unknown): BotCommand {
  const fields = z.record(z.string(), z.unknown()).safeParse(sent);
  if (!fields.success) throw badRequest("Can't parse BotCommand: expected an Object");
  const command = field(fields.data, 'command').trim().replace(/^\//, '');
  const description = field(fields.data, 'description').trim();
  if (command === '') throw badRequest('Command must be non-empty');
  if (countCharacters(command) > 32) throw badRequest('Command length must not exceed 32');
  if (description === '') throw badRequest('Command description must be non-empty');
  if (countCharacters(description) > 256) throw badRequest('Command description length must not exceed 256');
  if (!/^[a-z0-9_]+$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
  return { command, description };
}

function field(fields: Record<string, unknown>, name: string): string {
  const value = fields[name];
  if (value === undefined) throw badRequest(`Can't parse BotCommand: Can't find field "${name}"`);
  if (typeof value !== 'string') throw badRequest(`Can't parse BotCommand: Field "${name}" must be of type String`);
  return value;
}

function readLanguage(params: Params): string {
  const language = params.text('language_code');
  if (!/^(?:[a-z]{2})?$/.test(language)) throw badRequest('Invalid language code specified');
  return language;
}

function readScope(world: World, params: Params): Scope {
  const sent = params.json('scope', "Can't parse BotCommandScope JSON object");
  if (sent === undefined) return { type: 'default' };
  const fields = z.record(z.string(), z.unknown()).safeParse(sent);
  if (!fields.success) throw badRequest("Can't parse BotCommandScope: BotCommandScope must be an Object");
  const type = createParams(fields.data).text('type');
  switch (type) {
    case 'default':
    case 'all_private_chats':
    case 'all_group_chats':
    case 'all_chat_administrators':
      return { type };
    case 'chat':
    case 'chat_administrators':
      return { type, chat: chatOf(world, fields.data) };
    case 'chat_member':
      return { type, chat: chatOf(world, fields.data), user: userOf(fields.data) };
    default:
      throw wrongScope(type === '' ? 'Can\'t find field "type"' : 'Unsupported type specified');
  }
}

function chatOf(world: World, fields: Record<string, unknown>): number {
  if (fields.chat_id === undefined) throw wrongScope('Can\'t find field "chat_id"');
  return knownRoomOf(world, createParams(fields)).chat.id;
}

function userOf(fields: Record<string, unknown>): number {
  if (fields.user_id === undefined) throw wrongScope('Can\'t find field "user_id"');
  const user = createParams(fields).integer('user_id');
  if (user <= 0) throw badRequest('invalid user_id specified');
  return user;
}

function wrongScope(message: string): Error {
  return badRequest(`Can't parse BotCommandScope: ${message}`);
}
