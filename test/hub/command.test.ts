import { describe, expect, test } from 'vitest';
import type { Command } from '#src/hub/command.ts';
import { readCommand } from '#src/hub/command.ts';

/** A text with the command entity that Telegram finds at its beginning, if there is one. */
function read(text: string) {
  const length = /^\/[A-Za-z0-9_]+(?:@[A-Za-z0-9_]+)?/.exec(text)?.[0].length;
  return readCommand(
    { text, ...(length === undefined ? {} : { entities: [{ type: 'bot_command', offset: 0, length }] }) },
    'our_bot',
  );
}

describe('a command', () => {
  test.each<[string, Command]>([
    ['/health', { name: 'health', words: [] }],
    ['/logs alpha web', { name: 'logs', words: ['alpha', 'web'] }],
    ['/logs@our_bot alpha web', { name: 'logs', words: ['alpha', 'web'] }],
    ['/logs@OUR_BOT', { name: 'logs', words: [] }],
    ['/Restart Web', { name: 'restart', words: ['Web'] }],
    ['/logs\nalpha\nweb', { name: 'logs', words: ['alpha', 'web'] }],
    ['/logs web —grep “two words”', { name: 'logs', words: ['web', '—grep', 'two words'] }],
    ['/logs /restart', { name: 'logs', words: ['/restart'] }],
    ['/logs, web', { name: 'logs', words: [',', 'web'] }],
  ])('%j', (text, command) => {
    expect(read(text)).toEqual(command);
  });
});

describe('no command', () => {
  test.each([
    '',
    'hello',
    'say /health',
    ' /health',
    '/',
    '//health',
    '/health@other_bot',
    '/health@our_bot2',
    '/ünïcode',
  ])('%j', (text) => {
    expect(read(text)).toBeUndefined();
  });

  test('is text that only looks like one, without an entity of Telegram', () => {
    expect(readCommand({ text: '/health', entities: [] }, 'our_bot')).toBeUndefined();
    expect(readCommand({ text: '/health' }, 'our_bot')).toBeUndefined();
  });

  test('is a command that stands later, or an entity of another kind', () => {
    const text = '/health now /restart';
    const later = [{ type: 'bot_command' as const, offset: 12, length: 8 }];
    const code = [{ type: 'code' as const, offset: 0, length: 7 }];
    expect(readCommand({ text, entities: later }, 'our_bot')).toBeUndefined();
    expect(readCommand({ text, entities: code }, 'our_bot')).toBeUndefined();
  });
});
