import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { TestSandbox } from './fixture.ts';
import { ADA, BEN, closeAll, GROUP, MALLORY, startSandbox } from './fixture.ts';

let world: TestSandbox;
beforeEach(async () => {
  world = await startSandbox();
});
afterEach(closeAll);

const list = (command: string) => [{ command, description: 'what it does' }];
const shown = (chat: number, from: number) => world.shown(chat, from);

describe('setMyCommands refuses', () => {
  test.each<[string, object, string]>([
    ['no list', {}, "can't parse commands JSON object"],
    ['what is no JSON', { commands: '[' }, "can't parse commands JSON object"],
    ['what is no list', { commands: {} }, 'expected an Array of BotCommand'],
    ['what is no command', { commands: ['x'] }, "can't parse BotCommand: expected an Object"],
    [
      'a command without description',
      { commands: [{ command: 'x' }] },
      'can\'t parse BotCommand: Can\'t find field "description"',
    ],
    ['an empty command', { commands: [{ command: '/', description: 'x' }] }, 'command must be non-empty'],
    [
      'a long command',
      { commands: [{ command: 'x'.repeat(33), description: 'x' }] },
      'command length must not exceed 32',
    ],
    [
      'an empty description',
      { commands: [{ command: 'x', description: ' ' }] },
      'command description must be non-empty',
    ],
    [
      'a long description',
      { commands: [{ command: 'x', description: 'x'.repeat(257) }] },
      'command description length must not exceed 256',
    ],
    ['capitals', { commands: [{ command: 'Help', description: 'x' }] }, 'BOT_COMMAND_INVALID'],
    [
      '101 commands',
      { commands: Array.from({ length: 101 }, (_, i) => ({ command: `c${i}`, description: 'x' })) },
      'BOT_COMMANDS_TOO_MUCH',
    ],
    [
      'an unknown scope',
      { commands: list('a'), scope: { type: 'planet' } },
      "can't parse BotCommandScope: Unsupported type specified",
    ],
    [
      'a scope without chat',
      { commands: list('a'), scope: { type: 'chat' } },
      'can\'t parse BotCommandScope: Can\'t find field "chat_id"',
    ],
    ['a scope of an unknown chat', { commands: list('a'), scope: { type: 'chat', chat_id: 5 } }, 'chat not found'],
    ['a scope of a stranger', { commands: list('a'), scope: { type: 'chat', chat_id: MALLORY } }, 'chat not found'],
    [
      'a member without id',
      { commands: list('a'), scope: { type: 'chat_member', chat_id: GROUP } },
      'can\'t parse BotCommandScope: Can\'t find field "user_id"',
    ],
    ['a long language', { commands: list('a'), language_code: 'eng' }, 'invalid language code specified'],
  ])('%s', async (_, params, description) => {
    expect(await world.api('setMyCommands', params)).toEqual({
      status: 400,
      ok: false,
      error_code: 400,
      description: `Bad Request: ${description}`,
    });
  });
});

it('shows everybody the narrowest list that is set for them', async () => {
  const set = (command: string, scope?: object) => world.api('setMyCommands', { commands: list(command), scope });
  expect(await shown(ADA, ADA)).toEqual([]);
  await set('all');
  await set('private', { type: 'all_private_chats' });
  await set('ada', { type: 'chat', chat_id: ADA });
  await set('groups', { type: 'all_group_chats' });
  await set('admins', { type: 'all_chat_administrators' });
  await set('ben', { type: 'chat_member', chat_id: GROUP, user_id: BEN });
  expect(await shown(ADA, ADA)).toEqual(list('ada'));
  expect(await shown(BEN, BEN)).toEqual(list('private'));
  expect(await shown(GROUP, ADA)).toEqual(list('admins'));
  expect(await shown(GROUP, BEN)).toEqual(list('ben'));
  expect(await shown(GROUP, 1003)).toEqual(list('groups'));
  await world.api('deleteMyCommands', { scope: { type: 'chat_member', chat_id: GROUP, user_id: BEN } });
  expect(await shown(GROUP, BEN)).toEqual(list('groups'));
});

it('keeps a list per language and gives back exactly the one that is asked for', async () => {
  await world.api('setMyCommands', { commands: [{ command: '/help', description: ' Hilfe ' }], language_code: 'de' });
  expect((await world.api('getMyCommands')).result).toEqual([]);
  expect((await world.api('getMyCommands', { language_code: 'de' })).result).toEqual([
    { command: 'help', description: 'Hilfe' },
  ]);
  await world.api('setMyCommands', { commands: list('help'), language_code: 'en' });
  expect(await shown(ADA, ADA)).toEqual(list('help'));
});
