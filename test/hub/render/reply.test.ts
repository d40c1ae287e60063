import { describe, expect, test } from 'vitest';
import { factLine, replyButtons, replyFile, replyParts, titleLine } from '#src/hub/render/reply.ts';
import { freshId } from '#src/wire/ids.ts';
import { endedJob, sampleReply, webJob } from '../samples.ts';
import { tappable } from './telegram.ts';

test.each([
  ['ok', '✅'],
  ['info', 'ℹ️'],
  ['warn', '⚠️'],
  ['bad', '❌'],
] as const)('a title of tone %s begins with %s', (tone, mark) => {
  expect(titleLine('alpha, beta', sampleReply({ tone, title: '<web> is well' }))).toBe(
    `${mark} <b>alpha, beta</b> · <b>&lt;web&gt; is well</b>`,
  );
});

describe('a fact', () => {
  test.each([
    [{ label: 'Load', value: '0.12' }, 'Load <code>0.12</code>'],
    [{ label: 'Load', value: '0.12', tone: 'ok' as const }, '✅ Load <code>0.12</code>'],
    [
      { label: 'Disk', value: '45 GB free', limit: 'at least 10 GB', tone: 'bad' as const },
      '❌ Disk <code>45 GB free</code> · at least 10 GB',
    ],
    [{ label: '<b>', value: '</code>', limit: '&' }, '&lt;b&gt; <code>&lt;/code&gt;</code> · &amp;'],
  ])('%j', (fact, html) => {
    expect(factLine(fact)).toBe(html);
  });
});

describe('quoted output', () => {
  const parts = (text: string) => replyParts(sampleReply({ block: { label: 'Output of web', text } }));

  test('stands below the facts, marked as untrusted', () => {
    const reply = sampleReply({
      facts: [{ label: 'Load', value: '1' }],
      block: { label: 'Output of web', text: 'a\n<b>\n' },
    });
    expect(replyParts(reply)).toEqual(['Load <code>1</code>', 'Output of web (untrusted):\n<pre>a\n&lt;b&gt;</pre>']);
  });

  test('is quoted whole up to 2,400 characters', () => {
    expect(parts('x'.repeat(2_400))).toEqual([`Output of web (untrusted):\n<pre>${'x'.repeat(2_400)}</pre>`]);
  });

  test('that is longer shows its last 15 lines, and how many there are', () => {
    const text = Array.from({ length: 1_000 }, (_, i) => `line ${i}`).join('\n');
    const end = Array.from({ length: 15 }, (_, i) => `line ${985 + i}`).join('\n');
    expect(parts(`${text}\n`)).toEqual([
      `Output of web (untrusted), the end of 1000 lines; all of it is in the file:\n<pre>${end}</pre>`,
    ]);
  });

  test('of very long lines shows no more than 2,400 characters of their end', () => {
    expect(parts(`${'x'.repeat(5_000)}end`)).toEqual([
      `Output of web (untrusted), the end of 1 line; all of it is in the file:\n<pre>${'x'.repeat(2_397)}end</pre>`,
    ]);
  });
});

describe('the file of long output', () => {
  const file = (text: string, label = 'Output of web', job: Parameters<typeof webJob>[0] = {}) =>
    replyFile(
      endedJob({ block: { label, text } }, { operation: 'logs', input: { target: 'web', lines: '1000' }, ...job }),
    );

  test('is not there when the message holds all of it', () => {
    expect([replyFile(webJob()), replyFile(endedJob()), file('x'.repeat(2_400))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('has all of it under a name that says what it is', () => {
    const text = 'x'.repeat(2_401);
    expect(file(text)).toEqual({ name: 'alpha-web-1000-logs.txt', text, caption: 'Output of web, untrusted' });
  });

  test.each<[string, Record<string, string | boolean>, string]>([
    [
      'nothing but letters, digits, dots and lines',
      { target: 'web', grep: '../../etc/passwd "x"' },
      'alpha-web-.._.._etc_passwd_x_-logs.txt',
    ],
    ['no other alphabet', { grep: 'ошибка\u202e' }, 'alpha-_-logs.txt'],
    ['no switches', { target: 'web', force: true }, 'alpha-web-logs.txt'],
    ['at most 60 characters', { grep: 'x'.repeat(100) }, `alpha-${'x'.repeat(54)}.txt`],
  ])('has a name with %s', (_, input, name) => {
    expect(file('x'.repeat(3_000), 'log', { input })?.name).toBe(name);
  });

  test('has a caption without anything hidden or tappable', () => {
    const caption =
      file('x'.repeat(3_000), '\u202eOutput of\u0000 /restart_prod @userbot https://evil.com')?.caption ?? '';
    expect(caption).not.toMatch(/(?!\u2060)[\p{Cc}\p{Cf}]/u);
    expect(tappable({ text: caption, marks: [] })).toEqual([]);
  });
});

describe('the buttons of a reply', () => {
  const id = freshId();
  const offered = (label: string) =>
    replyButtons(endedJob({ buttons: [{ label, operation: 'logs', input: {} }] }, { id })).map(({ text }) => text);

  test('open what was offered, by its place', () => {
    const buttons = ['Logs', 'Restart web'].map((label) => ({ label, operation: 'logs', input: { target: 'web' } }));
    expect(replyButtons(endedJob({ buttons }, { id }))).toEqual([
      { text: 'Logs', callback_data: `o:${id}:0` },
      { text: 'Restart web', callback_data: `o:${id}:1` },
    ]);
  });

  test('are none without a reply', () => {
    expect(replyButtons(webJob())).toEqual([]);
  });

  test('show no hidden character of a label', () => {
    expect(offered('\u202eLo\u200bgs\u0000')).toEqual(['Logs']);
  });

  test.each([' ', '\u200b', '\u202e\u2069', '\n'])('have words also when their label has none: %j', (label) => {
    expect(offered(label)).toEqual([expect.stringMatching(/\S/)]);
  });
});
