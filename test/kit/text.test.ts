import { describe, expect, test } from 'vitest';
import { capital, clip, count, escapeHtml, sanitise, tail } from '#src/kit/text.ts';
import { cases } from '../cases.ts';
import { createRandom, hostile } from '../random.ts';

const TEXTS = cases(10_000, 1_000_000);

describe('text from outside is made safe to show', () => {
  test.each([
    ['plain text', 'plain text'],
    ['', ''],
    ['tabs\tand\nnew lines', 'tabs\tand\nnew lines'],
    ['Windows\r\nlines and\rold ones', 'Windows\nlines and\nold ones'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b[38;2;1;2;3mtrue colour\u001b[m', 'true colour'],
    ['\u001b]0;window title\u0007x', 'x'],
    ['\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['\u009b31mC1', 'C1'],
    ['bell\u0007 back\b nul\u0000 del\u007f nel\u0085 apc\u009f', 'bell back nul del nel apc'],
    ['\u202eevil\u202c \u2066a\u2069 \u200fb\u200e \u061cc', 'evil a b c'],
    ['zero\u200bwidth\u200cchar\u200dacters\u2060\ufeff\u00ad', 'zerowidthcharacters'],
    ['line\u2028and\u2029paragraph', 'lineandparagraph'],
    ['tags\u{e0041}\u{e007f}', 'tags'],
    ['annotation\ufff9\ufffa\ufffb', 'annotation'],
    ['lone \ud83d and \udc4d', 'lone \ufffd and \ufffd'],
    ['👍 é 名前', '👍 é 名前'],
    ['<b>&amp;</b>', '<b>&amp;</b>'],
  ])('%j', (text, safe) => {
    expect(sanitise(text)).toBe(safe);
  });

  test(`${TEXTS} hostile strings leave no control, format or separator character, and nothing changes a second time`, {
    timeout: 600_000,
  }, () => {
    const random = createRandom(7);
    const left: string[] = [];
    for (let n = 0; n < TEXTS; n += 1) {
      const text = sanitise(hostile(random, 400));
      if (/[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/u.test(withoutUnassigned(text)) || sanitise(text) !== text) left.push(text);
    }
    expect(left).toEqual([]);
    process.stdout.write(`${TEXTS} hostile texts: ${left.length} were left with something that hides or reorders\n`);
  });

  test('a log full of escape sequences that never end takes no more than a moment', () => {
    const began = performance.now();
    sanitise('\u001b]'.repeat(30_000));
    expect(performance.now() - began).toBeLessThan(500);
  });
});

describe('HTML is escaped in and out of attributes', () => {
  test.each([
    ['<b>"a" & b</b>', '&lt;b&gt;&quot;a&quot; &amp; b&lt;/b&gt;'],
    ['&lt;', '&amp;lt;'],
    ["it's", "it's"],
    ['', ''],
  ])('%s', (text, html) => {
    expect(escapeHtml(text)).toBe(html);
  });
});

describe('a text is clipped', () => {
  test.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['ab👍cd', 4, 'ab…'],
    ['ab👍cd', 5, 'ab👍…'],
    ['👍👍', 2, '…'],
    ['', 1, ''],
  ])('%s to %i units as %s', (text, max, clipped) => {
    expect(clip(text, max)).toBe(clipped);
  });
});

describe('the end of a text', () => {
  test.each<[string, string, number, string]>([
    ['all of it when it fits', 'one\ntwo', 7, 'one\ntwo'],
    ['whole lines only', 'first line\nsecond\nthird', 14, 'second\nthird'],
    ['a part of one long line', 'x'.repeat(20), 5, 'xxxxx'],
    ['a part of one long line that ends with a new line', `${'x'.repeat(20)}\n`, 6, 'xxxxx\n'],
    ['without half a character', `${'x'.repeat(20)}👍yy`, 3, '\ufffdyy'],
    ['nothing of nothing', '', 5, ''],
  ])('%s', (_, text, max, end) => {
    expect(tail(text, max)).toBe(end);
  });
});

test.each([
  [0, 'node', '0 nodes'],
  [1, 'node', '1 node'],
  [2, 'node', '2 nodes'],
])('%i of %s are counted as %s', (n, word, words) => {
  expect(count(n, word)).toBe(words);
});

test.each([
  ['restart', 'Restart'],
  ['', ''],
  ['élan', 'Élan'],
  ['PROD', 'PROD'],
])('%s with a capital is %s', (word, big) => {
  expect(capital(word)).toBe(big);
});

/** Private and unassigned characters may stay: they are odd, but they neither hide nor move others. */
function withoutUnassigned(text: string): string {
  return text.replace(/[\p{Cn}\p{Co}]/gu, '');
}
