import { describe, expect, test } from 'vitest';
import { questionScreen } from '#src/hub/render/question.ts';
import type { Confirm, Job } from '#src/ledger/records.ts';
import { jobId } from '#src/wire/ids.ts';
import { sampleConfirm, samplePost, T0 } from '../../ledger/samples.ts';
import { CARDS } from '../../operation/samples.ts';
import { endedJob, sampleView, webJob } from '../samples.ts';

const ID = jobId('question', 'alpha');
const AGAIN = [[{ text: 'Ask again', callback_data: `a:${ID}` }]];
const FACTS = [
  { label: 'Now', value: 'running for 3 h', tone: 'ok' as const },
  { label: '<Port>', value: '<8080>', limit: '/restart' },
];
const PLAN = webJob({ kind: 'plan', state: 'ended', plan: { facts: FACTS, digest: 'a'.repeat(64) } });

/** The screen of a question so many ms after it was asked. */
function screen(ms: number, plan: Job | undefined = PLAN, confirm: Partial<Confirm> = {}) {
  return questionScreen(samplePost(), sampleConfirm({ id: ID, ...confirm }), plan, sampleView({ now: T0 + ms }));
}

describe('an open question', () => {
  test('shows what is asked, where, what is there now, what will run, and for how long it can be answered', () => {
    expect(screen(60_000)).toEqual({
      html: [
        '<b>Restart web?</b> on <b>alpha</b> · <b>🔴 PROD</b>',
        '✅ Now <code>running for 3 h</code>',
        '&lt;Port&gt; <code>&lt;8080&gt;</code> · /\u2060restart',
        'This will run:',
        '1. Restart it',
        '2. Wait until it is healthy',
        'Ada has 1 min to answer.',
      ].join('\n'),
      keyboard: [
        [
          { text: 'Restart web', callback_data: `y:${ID}`, style: 'danger' },
          { text: 'Cancel', callback_data: `n:${ID}` },
        ],
      ],
      final: false,
      dueAt: T0 + 120_000,
    });
  });

  test.each([
    ['prod', 'restart', 'danger', '<b>🔴 PROD</b>'],
    ['stage', 'restart', 'success', 'stage'],
    ['dev', 'restart', 'success', 'dev'],
    ['dev', 'prune', 'danger', 'dev'],
  ] as const)('in %s about %s has a button of style %s', (environment, operation, style, shown) => {
    const input = operation === 'prune' ? {} : { target: 'web' };
    const { keyboard, html } = screen(0, PLAN, { environment, operation, input });
    expect(keyboard[0]?.map((button) => 'style' in button && button.style)).toEqual([style, false]);
    expect(html.split('\n')[0]?.endsWith(`on <b>alpha</b> · ${shown}`)).toBe(true);
  });

  test('names its own question and arguments', () => {
    expect(screen(0, PLAN, { input: { target: 'web', force: true } }).html).toContain('<b>Restart web by force?</b>');
    expect(screen(0, PLAN, { operation: 'prune', input: {} }).html).toContain('<b>Run prune?</b>');
  });

  test('has a button of at most 40 characters', () => {
    const { keyboard } = screen(0, PLAN, { input: { target: 'w'.repeat(54) } });
    expect(keyboard[0]?.[0]?.text).toBe(`Restart ${'w'.repeat(32)}`);
  });

  test('about an operation that the hub no longer has is over', () => {
    expect(screen(0, PLAN, { operation: 'gone' })).toEqual({
      html: '/gone is not known here any more. Nothing was done.',
      keyboard: [],
      final: true,
    });
  });
});

describe('a question without its plan', () => {
  test('says that it is being asked for', () => {
    expect(screen(0, webJob({ kind: 'plan', expiresAt: T0 + 5_000 }))).toEqual({
      html: '⏳ Asking alpha what it would do…',
      keyboard: [],
      final: false,
      dueAt: T0 + 5_000,
    });
  });

  test.each(['queued', 'accepted', 'unknown'] as const)(
    'that never comes (%s) ends, with the button to ask again',
    (state) => {
      expect(screen(5_000, webJob({ kind: 'plan', state, expiresAt: T0 + 5_000 }))).toEqual({
        html: '❔ alpha does not answer. Nothing was queued. See /nodes',
        keyboard: AGAIN,
        final: true,
      });
    },
  );

  test('that is being drawn is waited for as long as it may take', () => {
    const plan = webJob({ kind: 'plan', state: 'accepted', acceptedAt: T0 + 4_000, expiresAt: T0 + 5_000 });
    expect(screen(6_000, plan)).toMatchObject({ html: '⏳ Asking alpha what it would do…', dueAt: T0 + 12_000 });
    expect(screen(12_000, plan)).toMatchObject({ final: true });
    const [confirm, post] = [sampleConfirm({ id: ID }), samplePost()];
    const restart = CARDS.get('restart');
    if (!restart) throw new Error('it is a sample');
    const cards = new Map([['restart', { ...restart, planMs: 20_000 }]]);
    expect(questionScreen(post, confirm, plan, sampleView({ now: T0 + 20_000, cards }))).toMatchObject({
      html: '⏳ Asking alpha what it would do… It looks at what is far away, which may take 20 s.',
      dueAt: T0 + 27_000,
    });
  });

  test('because the node refused it shows why', () => {
    const plan = endedJob(
      { tone: 'warn', title: 'The policy does not allow it.' },
      { kind: 'plan', verdict: 'refused' },
    );
    expect(screen(1_000, plan)).toMatchObject({
      html: expect.stringMatching(
        /^⚠️ <b>alpha<\/b> · <b>The policy does not allow it.<\/b>\nRestart web on alpha: refused\n/,
      ),
      keyboard: [],
      final: true,
    });
  });
});

describe('a question that is over', () => {
  test('because it was declined says that nothing was done', () => {
    const cancelled = { html: 'Cancelled by Ada. Nothing was done.', keyboard: [], final: true };
    expect(screen(1_000, PLAN, { state: 'no' })).toEqual(cancelled);
    expect(screen(999_000, PLAN, { state: 'no' })).toEqual(cancelled);
  });

  test.each([120_000, 999_000])('because nobody answered in time (%i ms) can be asked again', (ms) => {
    expect(screen(ms)).toEqual({
      html: '⌛ Restart web on alpha: the question has expired. Nothing was done.',
      keyboard: AGAIN,
      final: true,
    });
  });

  test('is still open one moment before', () => {
    expect(screen(119_999)).toMatchObject({ final: false, dueAt: T0 + 120_000 });
  });

  test('because the ledger has lost its plan says so', () => {
    const confirm = sampleConfirm({ id: ID, expiresAt: T0 + 120_000 });
    expect(questionScreen(samplePost(), confirm, undefined, sampleView({ now: T0 })).html).toBe(
      '⌛ What /restart would do was lost with the ledger. Ask again.',
    );
  });

  test('because it was typed long ago asks whether it is still wanted', () => {
    const confirm = sampleConfirm({ id: ID, expiresAt: T0 - 10_800_000 });
    expect(questionScreen(samplePost(), confirm, undefined, sampleView({ now: T0 }))).toEqual({
      html: '⌛ You asked for /restart 3 h ago, so nothing was done. Do you still want it?',
      keyboard: AGAIN,
      final: true,
    });
  });
});
