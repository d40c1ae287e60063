import { describe, expect, test } from 'vitest';
import { HubConfig, Operator, withOthers } from '#src/hub/config.ts';

const ADA = { id: 7, name: 'Ada', role: 'admin' };

test('an empty section lets nobody in, and keeps messages from being forwarded', () => {
  expect(HubConfig.parse({})).toEqual({
    operators: [],
    chats: [],
    nodes: {},
    alerts: {},
    prodOnlyPrivate: false,
    protectContent: true,
  });
});

test('a person has a numeric id, a name and a role', () => {
  expect(Operator.parse(ADA)).toEqual(ADA);
});

test('who stands in the file is what the file says, whoever names them again', () => {
  const ben = { id: 8, name: 'Ben', role: 'viewer' } as const;
  const listed = [Operator.parse({ ...ADA, role: 'viewer' })];
  expect(withOthers(listed, [Operator.parse(ADA), ben])).toEqual([...listed, ben]);
});

describe('a person is refused with', () => {
  test.each<[string, object, string]>([
    ['a @name for an id', { id: '@ada' }, 'is a numeric Telegram id; a @name can change hands'],
    ['a number in quotes', { id: '7' }, 'is a numeric Telegram id; a @name can change hands'],
    ['no id', { id: undefined }, 'is a numeric Telegram id; a @name can change hands'],
    ['the id of a group', { id: -1001 }, 'is a numeric Telegram id; a @name can change hands'],
    ['half an id', { id: 7.5 }, 'is a numeric Telegram id; a @name can change hands'],
    ['an id that is no exact number', { id: 2 ** 53 }, 'is a numeric Telegram id; a @name can change hands'],
    ['the anonymous admin', { id: 1087968824 }, 'is an id that many people share'],
    ['the channel bot', { id: 136817688 }, 'is an id that many people share'],
    ["Telegram's service account", { id: 777000 }, 'is an id that many people share'],
    ['no name', { name: '' }, 'Too small: expected string to have >=1 characters'],
    ['an unknown role', { role: 'root' }, 'Invalid option: expected one of "viewer"|"operator"|"admin"'],
    ['more than that', { username: 'ada' }, 'Unrecognized key: "username"'],
  ])('%s', (_, change, message) => {
    expect(Operator.safeParse({ ...ADA, ...change }).error?.issues[0]?.message).toBe(message);
  });
});

describe('the hub is refused with', () => {
  test.each<[string, object]>([
    ['a private chat on the list of groups', { chats: [7] }],
    ['a chat by @name', { chats: ['@ops'] }],
    ['a node without a key', { nodes: { beta: {} } }],
    ['a node with a broken key', { nodes: { beta: { key: 'ng1.a.b' } } }],
    [
      'a node with more than a key',
      { nodes: { beta: { key: `ng1.${'A'.repeat(43)}.${'A'.repeat(43)}`, role: 'admin' } } },
    ],
    [
      'a node whose name cannot be typed',
      { nodes: { 'beta two': { key: `ng1.${'A'.repeat(43)}.${'A'.repeat(43)}` } } },
    ],
    ['a time zone that is none', { timezone: 'Berlin' }],
    ['a key of its own', { token: 'x' }],
  ])('%s', (_, config) => {
    expect(HubConfig.safeParse(config).success).toBe(false);
  });
});
