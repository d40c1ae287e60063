import { describe, expect, it, test } from 'vitest';
import { sentenceOf } from '#src/kit/problem.ts';
import { parseHtml } from '#src/sandbox/text/html.ts';

describe('what cannot be parsed is refused with byte offsets', () => {
  test.each([
    ['🏟 🏟&lt;<abacaba', 'Unclosed start tag at byte offset 13'],
    ['🏟 🏟&lt;<abac aba>', 'Unsupported start tag "abac" at byte offset 13'],
    ['a < b', 'Unsupported start tag "" at byte offset 2'],
    ['ü<br>', 'Unsupported start tag "br" at byte offset 2'],
    ['<i   =aba>', 'Empty attribute name in the tag "i" at byte offset 0'],
    ['<b/>', 'Unsupported start tag "b/" at byte offset 0'],
    ['<a href', 'Unclosed start tag "a" at byte offset 0'],
    ['<i    aba  =  ', 'Unclosed start tag "i" at byte offset 0'],
    ['<i    aba  =  190azAz-.,', 'Unexpected end of name token at byte offset 14'],
    ['<i aba="&lt;&gt;&quot;>', 'Unclosed start tag at byte offset 0'],
    ['<span>x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
    ['<span class="spoiler">x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
    ['é</b>', 'Unexpected end tag at byte offset 2'],
    ['<i>a</i   ', 'Unclosed end tag at byte offset 4'],
    ['<i>a</em   >', 'Unmatched end tag at byte offset 4, expected "</i>", found "</em>"'],
    ['<b><i>test</b></i>', 'Unmatched end tag at byte offset 10, expected "</i>", found "</b>"'],
    ['<b>x<i>y</i>', 'Can\'t find end tag corresponding to start tag "b"'],
    ['<tg-emoji emoji-id="x">y</tg-emoji>', 'Invalid custom emoji identifier specified'],
    [
      '&#xDFDF;',
      'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
    ],
  ])('%s', (source, complaint) => {
    expect(complaintOf(source)).toBe(`Bad Request: can't parse entities: ${complaint}`);
  });
});

describe('what can be parsed', () => {
  test.each<[string, string, object[]]>([
    ['', '', []],
    ['&lt;&gt;&amp;&quot;&laquo;&#12345678;', '<>&"&laquo;&#12345678;', []],
    ['&lt🏟&#x41;&#66;', '<🏟AB', []],
    ['➡️ ➡️<i>➡️ ➡️</i>', '➡️ ➡️➡️ ➡️', [{ type: 'italic', offset: 5, length: 5 }]],
    ['🏟<b>🏟</b>', '🏟🏟', [{ type: 'bold', offset: 2, length: 2 }]],
    [
      '<B>x<EM>y</></STRONG></b>'.replace('</STRONG>', ''),
      'xy',
      [
        { type: 'bold', offset: 0, length: 2 },
        { type: 'italic', offset: 1, length: 1 },
      ],
    ],
    [
      '<s>a</s><strike>b</strike><del>c</del><u>d</u><ins>e</ins>',
      'abcde',
      [
        { type: 'strikethrough', offset: 0, length: 1 },
        { type: 'strikethrough', offset: 1, length: 1 },
        { type: 'strikethrough', offset: 2, length: 1 },
        { type: 'underline', offset: 3, length: 1 },
        { type: 'underline', offset: 4, length: 1 },
      ],
    ],
    [
      '<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>',
      'ab',
      [
        { type: 'spoiler', offset: 0, length: 1 },
        { type: 'spoiler', offset: 1, length: 1 },
      ],
    ],
    ['<blockquote>q</blockquote>', 'q', [{ type: 'blockquote', offset: 0, length: 1 }]],
    ['<blockquote expandable>q</blockquote>', 'q', [{ type: 'expandable_blockquote', offset: 0, length: 1 }]],
    ['<pre  >x</>', 'x', [{ type: 'pre', offset: 0, length: 1 }]],
    ['<pre><code class="language-sh">ls</code></pre>', 'ls', [{ type: 'pre', offset: 0, length: 2, language: 'sh' }]],
    ['<code class="language-sh"><pre>ls</pre></code>', 'ls', [{ type: 'pre', offset: 0, length: 2, language: 'sh' }]],
    [
      '<pre> <code class="language-sh">ls</code></pre>',
      ' ls',
      [
        { type: 'pre', offset: 0, length: 3 },
        { type: 'code', offset: 1, length: 2 },
      ],
    ],
    [
      '<a href="telegram.org?&lt;">x</a>',
      'x',
      [{ type: 'text_link', offset: 0, length: 1, url: 'http://telegram.org/?%3C' }],
    ],
    [
      "<a   href=  'https://a.org/b'   >x</a>",
      'x',
      [{ type: 'text_link', offset: 0, length: 1, url: 'https://a.org/b' }],
    ],
    [
      '<a>telegram.org</a>',
      'telegram.org',
      [{ type: 'text_link', offset: 0, length: 12, url: 'http://telegram.org/' }],
    ],
    ['<a href="nowhere">x</a>', 'x', []],
    [
      '<a href="tg://user?id=1002">Ben</a>',
      'Ben',
      [{ type: 'text_mention', offset: 0, length: 3, user: { first_name: 'Ben' } }],
    ],
    ['<b></b>x', 'x', []],
    ['<b aba=caba>x</b>', 'x', [{ type: 'bold', offset: 0, length: 1 }]],
  ])('%s', (source, text, entities) => {
    const parsed = parseHtml(source);
    expect(parsed.text).toBe(text);
    expect(parsed.entities).toHaveLength(entities.length);
    expect(parsed.entities).toMatchObject(entities);
  });

  it('takes long texts in its stride', () => {
    const source = '<b>x</b>&lt;'.repeat(2000);
    expect(parseHtml(source).entities).toHaveLength(2000);
  });
});

function complaintOf(source: string): string {
  try {
    parseHtml(source);
  } catch (error) {
    return sentenceOf(error);
  }
  return 'parsed';
}
