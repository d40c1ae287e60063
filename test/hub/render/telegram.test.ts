import { describe, expect, test } from 'vitest';
import type { Html } from '#src/hub/render/html.ts';
import { flawsOf, parseTelegram, tappable } from './telegram.ts';

describe('the reader that the screens are checked with', () => {
  test('reads text and marks', () => {
    expect(parseTelegram('a <b>b <i>c</i></b> &lt;<code>d</code>')).toEqual({
      text: 'a b c <d',
      marks: [
        { tag: 'i', from: 4, to: 5 },
        { tag: 'b', from: 2, to: 5 },
        { tag: 'code', from: 7, to: 8 },
      ],
    });
  });

  test.each([
    '<b>',
    '</b>',
    '<b></i>',
    '<b><i></b></i>',
    '<a href="x">y</a>',
    '<B>x</B>',
    '<b >x</b>',
    '<pre><b>x</b></pre>',
    '<code><code>x</code></code>',
    'a < b',
    'a > b',
    'a & b',
    '&nbsp;',
    '&#60;',
    '&lt',
  ])('refuses %s', (html) => {
    expect(() => parseTelegram(html)).toThrow();
  });

  test.each([
    ['see /nodes now', ['/nodes']],
    ['/a@our_bot', ['/a@our_bot']],
    ['@userbot #tag #тег $USD', ['@userbot', '#tag', '#тег', '$USD']],
    ['https://x tg://y', ['https://x', 'tg://y']],
    ['evil.com café.com пример.рф 1.2.3.4', ['l.co', 'é.co', 'р.рф', '1.2.3.4']],
    ['a/b 1/2 a@b #1 1.5 GB. Done', []],
  ])('finds what can be tapped in %j', (text, found) => {
    expect(tappable({ text, marks: [] })).toEqual(found);
  });

  test('finds nothing inside code', () => {
    expect(tappable(parseTelegram('<code>/a</code> <pre>evil.com</pre>'))).toEqual([]);
  });

  test('tells every flaw of a screen', () => {
    const html = '\u202e/restart' as Html;
    const keyboard = [[{ text: ' ', callback_data: 'x' }]];
    const file = { name: '../x', text: '', caption: '@userbot' };
    expect(flawsOf({ html, keyboard, file, ring: '<b>' as Html, final: true }, ['/nodes'])).toEqual([
      { kind: 'hidden', what: 'hidden U+202e' },
      { kind: 'tappable', what: '/restart' },
      { kind: 'markup', what: 'Error: b is not closed' },
      { kind: 'file', what: 'name ../x' },
      { kind: 'file', what: 'tappable @userbot' },
      { kind: 'file', what: 'nothing in it' },
      { kind: 'button', what: 'no words' },
      { kind: 'button', what: 'data x' },
    ]);
  });
});
