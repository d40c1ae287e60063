import { describe, expect, test } from 'vitest';
import { jobScreen, jobTitle, silence, stepLines } from '#src/hub/render/job.ts';
import type { Verdict } from '#src/operation/verdict.ts';
import { shortId } from '#src/wire/ids.ts';
import { T0 } from '../../ledger/samples.ts';
import { endedJob, sampleView, webJob } from '../samples.ts';
import { parseTelegram } from './telegram.ts';

const ID = webJob().id;
const SHORT = shortId(ID);
const CANCEL = [[{ text: 'Cancel', callback_data: `c:${ID}` }]];
const view = sampleView();
const at = (ms: number) => sampleView({ now: T0 + ms });
const RUNNING = [
  { title: 'Restart it', state: 'done' as const },
  { title: 'Wait until it is healthy', state: 'running' as const },
];

test.each([
  [webJob(), 'Restart web on alpha'],
  [webJob({ operation: 'health', input: {} }), 'Health on alpha'],
  [webJob({ operation: 'gone', input: { target: 'web' } }), 'Gone on alpha'],
])('a job is called in words', (job, title) => {
  expect(jobTitle(job, view)).toBe(title);
});

describe('a job that waits or runs', () => {
  test('shows the steps to come, and is looked at again when it can no longer start', () => {
    expect(jobScreen(webJob(), view)).toEqual({
      html: [
        '⏳ <b>Restart web on alpha</b>',
        '▫️ Restart it',
        '▫️ Wait until it is healthy',
        `<i>job ${SHORT} · Ada · 1 min</i>`,
      ].join('\n'),
      keyboard: CANCEL,
      final: false,
      dueAt: T0 + 121_000,
    });
  });

  test('shows its steps as they run, with the note beside the running one', () => {
    const job = webJob({ state: 'accepted', acceptedAt: T0 + 1_000, steps: RUNNING, note: 'pid 4711 <runs>' });
    expect(jobScreen(job, at(12_000))).toEqual({
      html: [
        '⏳ <b>Restart web on alpha</b>',
        '✅ Restart it',
        '⏳ Wait until it is healthy · pid 4711 &lt;runs&gt;',
        `<i>job ${SHORT} · Ada · 12 s</i>`,
      ].join('\n'),
      keyboard: CANCEL,
      final: false,
      dueAt: T0 + 1_000 + 120_000 + 5_000 + 30_000,
    });
  });

  test('that nobody knows the end of says what is being done about it, and cannot be cancelled any more', () => {
    const job = webJob({ state: 'unknown', acceptedAt: T0, steps: RUNNING, note: 'The agent was interrupted.' });
    expect(jobScreen(job, view).keyboard).toEqual([]);
    expect(jobScreen(job, view).html).toBe(
      [
        '⏳ <b>Restart web on alpha</b>',
        '✅ Restart it',
        '⏳ Wait until it is healthy · The agent was interrupted.',
        'The agent was interrupted.',
        `<i>job ${SHORT} · Ada · 1 min</i>`,
      ].join('\n'),
    );
  });

  test('of an operation that the hub no longer has is shown without steps', () => {
    expect(jobScreen(webJob({ operation: 'gone' }), view).html).toBe(
      `⏳ <b>Gone on alpha</b>\n<i>job ${SHORT} · Ada · 1 min</i>`,
    );
  });
});

describe('a job that nobody hears of', () => {
  const queued = webJob();
  const running = webJob({ state: 'accepted', acceptedAt: T0 + 1_000 });

  test('and never started is unanswered, and the chat says since when it cannot start', () => {
    const said = 'No word from alpha; it cannot start any more after 14:15:20.';
    expect(silence(queued, at(120_999))).toBeUndefined();
    expect(silence(queued, at(121_000))).toBe(said);
    expect(jobScreen(queued, at(121_000))).toEqual({
      html: [
        '❔ <b>Restart web on alpha</b>',
        '▫️ Restart it',
        '▫️ Wait until it is healthy',
        said,
        `<i>job ${SHORT} · Ada · 2 min 1 s</i>`,
      ].join('\n'),
      keyboard: [],
      final: false,
      dueAt: undefined,
    });
  });

  test('and was at work may still be at it', () => {
    expect(silence(running, at(155_999))).toBeUndefined();
    expect(silence(running, at(156_000))).toBe(
      'No word from alpha since 14:13:21. It may still be at work; see /nodes',
    );
    expect(jobScreen(running, at(156_000)).dueAt).toBeUndefined();
  });

  test('is told in the zone of the operators', () => {
    expect(silence(queued, sampleView({ now: T0 + 200_000, zone: 'Asia/Kolkata' }))).toContain('after 19:45:20.');
  });

  test('is not spoken of when it has ended', () => {
    expect(silence(endedJob(), at(9_999_999))).toBeUndefined();
  });
});

describe('a change that has ended', () => {
  test('tells its result first, then what was done', () => {
    expect(jobScreen(endedJob({ facts: [{ label: 'Now', value: 'running' }] }), view)).toEqual({
      html: [
        '✅ <b>alpha</b> · <b>web restarted and healthy</b>',
        '✅ Restart it',
        '✅ Wait until it is healthy',
        'Now <code>running</code>',
        `<i>job ${SHORT} · Ada · 4.0 s</i>`,
      ].join('\n'),
      file: undefined,
      keyboard: [],
      final: true,
      ring: undefined,
    });
  });

  test('and failed shows at which step', () => {
    const steps = [RUNNING[0], { title: 'Wait until it is healthy', state: 'failed' as const }].filter(
      (step) => step !== undefined,
    );
    const job = endedJob({ tone: 'bad', title: 'web is not healthy' }, { verdict: 'failed', steps });
    expect(jobScreen(job, view).html).toBe(
      [
        '❌ <b>alpha</b> · <b>web is not healthy</b>',
        'Restart web on alpha: failed',
        '✅ Restart it',
        '❌ Wait until it is healthy',
        `<i>job ${SHORT} · Ada · 4.0 s</i>`,
      ].join('\n'),
    );
  });

  test.each<[Verdict, 'ok' | 'warn' | 'bad', string]>([
    ['refused', 'warn', '⚠️'],
    ['expired', 'warn', '⚠️'],
    ['verified applied', 'ok', '✅'],
    ['verified not applied', 'warn', '⚠️'],
    ['needs human', 'bad', '❌'],
  ])('as %s says so, without steps that nobody can vouch for', (verdict, tone, mark) => {
    const { tookMs: _, ...job } = endedJob({ tone, title: 'Because.' }, { verdict, steps: RUNNING });
    expect(jobScreen(job, view)).toEqual({
      html: [
        `${mark} <b>alpha</b> · <b>Because.</b>`,
        `Restart web on alpha: ${verdict}`,
        `<i>job ${SHORT} · Ada</i>`,
      ].join('\n'),
      file: undefined,
      keyboard: [],
      final: true,
      ring: undefined,
    });
  });

  test('without a word says at least how', () => {
    expect(jobScreen(webJob({ state: 'ended', verdict: 'failed' }), view)).toEqual({
      html: 'Restart web on alpha: failed',
      keyboard: [],
      final: true,
    });
  });
});

describe('a read that has ended', () => {
  const logs = { operation: 'logs', input: { target: 'web' } };

  test('tells its answer and nothing of its steps and time', () => {
    const job = endedJob(
      { tone: 'info', title: 'web: 2 lines', block: { label: 'Output of web', text: 'a\nb' } },
      logs,
    );
    expect(jobScreen(job, view).html).toBe(
      [
        'ℹ️ <b>alpha</b> · <b>web: 2 lines</b>',
        'Output of web (untrusted):',
        '<pre>a\nb</pre>',
        `<i>job ${SHORT} · Ada</i>`,
      ].join('\n'),
    );
  });

  test('offers its buttons in one row', () => {
    const buttons = [{ label: 'Restart web', operation: 'restart', input: { target: 'web' } }];
    expect(jobScreen(endedJob({ buttons }, logs), view).keyboard).toEqual([
      [{ text: 'Restart web', callback_data: `o:${ID}:0` }],
    ]);
  });

  test('sends long output as a file', () => {
    const text = 'long line\n'.repeat(400);
    const job = endedJob({ tone: 'info', title: 'web: 400 lines', block: { label: 'Output of web', text } }, logs);
    const screen = jobScreen(job, view);
    expect(screen.file).toEqual({ name: 'alpha-web-logs.txt', text, caption: 'Output of web, untrusted' });
    expect(parseTelegram(screen.html).text).toContain('the end of 400 lines; all of it is in the file:');
  });

  test('sends long facts as a file', () => {
    const facts = Array.from({ length: 60 }, (_, i) => ({ label: `Fact ${i}`, value: 'x'.repeat(300) }));
    const { html, file } = jobScreen(endedJob({ facts }, logs), view);
    expect(parseTelegram(html).text.length).toBeLessThanOrEqual(4_096);
    expect(html.endsWith('… all of it is in the file.')).toBe(true);
    expect(file?.text).toContain(`Fact 59 ${'x'.repeat(300)}`);
  });

  test('sends long facts and long output: what the message leaves out stands in a file', () => {
    const facts = Array.from({ length: 60 }, (_, i) => ({ label: `Fact ${i}`, value: 'x'.repeat(300) }));
    const block = { label: 'Output of web', text: 'long line\n'.repeat(400) };
    const { html, file } = jobScreen(endedJob({ facts, block }, logs), view);
    expect(html).toContain('… all of it is in the file.');
    const has = (text: string) => file?.text.includes(text);
    expect({ facts: has(`Fact 59 ${'x'.repeat(300)}`), output: has(block.text.trimEnd()) }).toEqual({
      facts: true,
      output: true,
    });
  });
});

describe('the phone rings', () => {
  const heading = '✅ <b>alpha</b> · <b>web restarted and healthy</b>';
  test.each([
    [20_000, undefined],
    [20_001, heading],
    [3_600_000, heading],
  ])('for work of %i ms: %s', (ms, ring) => {
    expect(jobScreen(endedJob({}, { endedAt: T0 + ms }), view).ring).toBe(ring);
  });

  test('only when the work has ended', () => {
    expect(jobScreen(webJob({ state: 'accepted', acceptedAt: T0 }), at(140_000)).ring).toBeUndefined();
  });
});

test('the steps of a job that is done are all done, however few it told of', () => {
  expect(stepLines(endedJob({}, { steps: [] }), view)).toEqual(['✅ Restart it', '✅ Wait until it is healthy']);
});
