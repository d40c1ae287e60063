import { describe, expect, test } from 'vitest';
import type { Command } from '#src/hub/words/command.ts';
import { hasOddCommand, readCommand } from '#src/hub/words/command.ts';

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

describe('a command that is odd', () => {
  const entity = (length: number) => ({ type: 'bot_command' as const, offset: 0, length });
  test.each([
    ['with a letter that becomes a k in lower case', '/\u212Aill web', [entity(5)]],
    ['with a letter of another alphabet', '/r\u0435start web', [entity(8)]],
    ['with an entity that reaches into the words', '/restart web', [entity(12)]],
    ['with an entity that ends inside the word', '/restarting web', [entity(8)]],
    ['with a mark on its last letter', '/restart\u0301 web', [entity(8)]],
    ['over itself twice', '/restart web', [entity(8), entity(5)]],
    ['of 33 letters', `/${'x'.repeat(33)}`, [entity(34)]],
  ])('%s', (_, text, entities) => {
    expect(hasOddCommand({ text, entities })).toBe(true);
    if (entities.length === 1 && !/^[\p{L}\p{M}]/u.test(text.slice(entities[0]?.length)))
      expect(readCommand({ text, entities }, 'our_bot')).toBeUndefined();
  });

  test.each(['/restart web', '/restart@our_bot web', '/help.', '/logs web --grep /api', 'restart /web'])(
    '%s is not',
    (text) => {
      const length = /^\/\w+(@\w+)?/.exec(text)?.[0].length;
      const later = { type: 'bot_command' as const, offset: 8, length: 4 };
      expect(hasOddCommand({ text, entities: [...(length === undefined ? [] : [entity(length)]), later] })).toBe(false);
    },
  );
});
