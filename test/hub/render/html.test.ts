import { describe, expect, test } from 'vitest';
import { bold, code, italic, line, lines, ours, plain, pre, theirs } from '#src/hub/render/html.ts';
import { createRandom, hostile, NAUGHTY } from '../../random.ts';
import { parseTelegram, tappable } from './telegram.ts';

const J = '\u2060';

describe('our own words', () => {
  test('are escaped, and their commands can be tapped', () => {
    expect(ours('<b> & "x" /nodes')).toBe('&lt;b&gt; &amp; &quot;x&quot; /nodes');
  });
});

describe('words from a node', () => {
  test.each([
    ['plain words', 'plain words'],
    ['</pre><b>bold</b>', `&lt;/${J}pre&gt;&lt;b&gt;bold&lt;/${J}b&gt;`],
    ['\u001b[31mred\u202e\u200b', 'red'],
    ['/restart_prod', `/${J}restart_prod`],
    ['see /restart_prod', `see /${J}restart_prod`],
    ['@user', `@${J}user`],
    ['#tag', `#${J}tag`],
    ['$USD', `$${J}USD`],
    ['https://evil.example', `https:${J}//${J}evil.${J}example`],
    ['evil.com:80', `evil.${J}com:${J}80`],
    ['10.0.0.1', `10.${J}0.${J}0.${J}1`],
    ['a/b and 1 / 2', 'a/b and 1 / 2'],
    ['It is done. Ask again: now', 'It is done. Ask again: now'],
  ])('%j', (text, html) => {
    expect(theirs(text)).toBe(html);
  });

  test.each([
    '/restart_prod',
    '(/restart_prod)',
    '“/restart_prod”',
    '\u200b/restart_prod',
    '//restart_prod',
    '_/restart_prod',
    '/restart_prod@our_bot',
    '@userbot',
    '.@userbot',
    '#tag',
    '#тег',
    '#名前',
    '#1st',
    '$USD',
    'https://evil.example/a?b=c#d',
    'HTTP://EVIL.EXAMPLE',
    'https://пример.рф',
    'tg://resolve?domain=evil',
    'evil.com',
    'café.com',
    'münchen.de',
    'пример.рф',
    '例え.jp',
    '💥.com',
    't.me/evil',
    'a@evil.com',
    'a@пример.рф',
    '1.2.3.4',
    'x.evil.com.',
  ])('have nothing that Telegram makes tappable: %s', (text) => {
    expect(tappable(parseTelegram(theirs(`see ${text} now`)))).toEqual([]);
    expect(tappable(parseTelegram(theirs(text)))).toEqual([]);
  });
});

describe('values and output', () => {
  test('are code, cleaned and escaped', () => {
    expect(code('</code><b>\u001b[1mx\u202e')).toBe('<code>&lt;/code&gt;&lt;b&gt;x</code>');
    expect(pre('</pre><b>&lt;\r\nx')).toBe('<pre>&lt;/pre&gt;&lt;b&gt;&amp;lt;\nx</pre>');
  });
});

describe('pieces', () => {
  test('are marked', () => {
    expect([bold(ours('<')), italic(ours('>'))]).toEqual(['<b>&lt;</b>', '<i>&gt;</i>']);
  });

  test('are joined to a line without empty ones', () => {
    expect(line(ours('a'), undefined, false, ours(''), ours('b'))).toBe('a b');
  });

  test('are joined to lines without undefined ones; an empty line stays', () => {
    expect(lines([ours('a'), undefined, ours(''), ours('b')])).toBe('a\n\nb');
  });
});

describe('without markup', () => {
  test.each([
    ['<b>a</b> <code>b</code>\n<pre>c</pre>', 'a b\nc'],
    ['&lt;b&gt; &quot;x&quot; &amp;', '<b> "x" &'],
    ['&amp;lt;', '&lt;'],
    ['&amp;amp;', '&amp;'],
  ])('%s', (html, text) => {
    expect(plain(html)).toBe(text);
  });

  test('is what the markup shows, for 5,000 hostile texts and every naughty piece', () => {
    const random = createRandom(11);
    const texts = [...NAUGHTY, ...Array.from({ length: 5_000 }, () => hostile(random, 200))];
    const makers = [theirs, code, pre, ours, (text: string) => bold(italic(theirs(text)))];
    const wrong = texts.flatMap((text) =>
      makers.map((make) => make(text)).filter((html) => plain(html) !== parseTelegram(html).text),
    );
    expect(wrong).toEqual([]);
  });
});
