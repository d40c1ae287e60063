import { describe, expect, test } from 'vitest';
import { alertScreen } from '#src/hub/render/alert.ts';
import { plain } from '#src/hub/render/html.ts';
import type { Screen } from '#src/hub/render/screen.ts';
import type { Alert, Handling, Post } from '#src/ledger/records.ts';
import { Reply } from '#src/operation/reply.ts';
import { jobId } from '#src/wire/ids.ts';
import { ADA, sampleAlert, sampleHandling, samplePost, T0 } from '../../ledger/samples.ts';
import { createRandom, hostile } from '../../random.ts';
import { sampleView } from '../samples.ts';
import { flawsOf } from './telegram.ts';

const MINUTE = 60_000;
const REPLY = Reply.parse({
  tone: 'bad',
  title: 'web is down',
  facts: [{ label: 'State', value: 'failed, exit code 137' }],
  block: { label: 'The last lines of web', text: 'Killed' },
  buttons: [{ label: 'Restart web', operation: 'restart', input: { target: 'web' } }],
});

function alertAt(alert: Partial<Alert> = {}): Alert {
  return sampleAlert({ id: jobId('alert', 'alpha'), reply: REPLY, ...alert });
}

function show(
  alert: Partial<Alert> = {},
  said: Partial<Handling> | undefined = undefined,
  minutes = 4,
  post: Partial<Post> = {},
) {
  const handling = said && sampleHandling({ alert: alertAt(alert).id, at: T0 + MINUTE, ...said });
  const view = sampleView({ now: T0 + minutes * MINUTE });
  return alertScreen(samplePost({ message: 5, ...post }), alertAt(alert), handling, view);
}

const wordsOf = (screen: Screen | undefined) => plain(screen?.html ?? '').replaceAll('\u2060', '');
const labels = (screen: Screen | undefined) => screen?.keyboard.map((row) => row.map(({ text }) => text));
const OVER = { state: 'resolved', resolvedAt: T0 + 12 * MINUTE, resolution: 'web is healthy' } as const;

describe('an open alert', () => {
  test('says what is wrong, since when, with the evidence and what to do', () => {
    const screen = show();
    expect(wordsOf(screen)).toBe(
      [
        '❌ alpha · web is down',
        'since 14:13:20',
        'State failed, exit code 137',
        'The last lines of web (untrusted):',
        'Killed',
        `alert ${alertAt().id.slice(0, 6)}`,
      ].join('\n'),
    );
    expect(labels(screen)).toEqual([['Restart web'], ['I have it', '🔕 1 h', '🔕 4 h', '🔕 until fixed']]);
    expect(screen).toMatchObject({ final: false, alarms: [] });
  });

  test('that somebody has says who, and can be taken back', () => {
    const screen = show({}, { act: 'acked' });
    expect(wordsOf(screen)).toContain(`👤 ${ADA.name} has it since 14:14:20`);
    expect(labels(screen)).toEqual([['Restart web'], ['Undo']]);
  });

  test('that is silenced says until when, and is looked at again then', () => {
    const until = T0 + 61 * MINUTE;
    const screen = show({}, { act: 'silenced', until });
    expect(wordsOf(screen)).toContain('🔕 Silenced by Ada until 15:14:20');
    expect(screen?.dueAt).toBe(until);
    expect(wordsOf(show({}, { act: 'silenced' }))).toContain('🔕 Silenced by Ada until it is fixed');
  });

  test('rings again when a silence has ended over it', () => {
    const screen = show({}, { act: 'silenced', until: T0 + 3 * MINUTE });
    expect(screen?.alarms?.map(({ key }) => key)).toEqual(['still']);
    expect(wordsOf(screen)).not.toContain('🔕 Silenced');
  });

  test('rings again when it got worse, but not under a silence', () => {
    expect(show({ worse: true })?.alarms?.map(({ key }) => key)).toEqual(['worse']);
    expect(show({ worse: true }, { act: 'silenced' })?.alarms).toEqual([]);
  });

  test('that nobody has rings again, each time after twice as long, and once for what was slept through', () => {
    const keysAt = (minutes: number, said?: Partial<Handling>, post: Partial<Post> = {}) =>
      show({}, said, minutes, post)?.alarms?.map(({ key }) => key);
    expect([9, 10, 29, 30, 69, 70].map((minutes) => keysAt(minutes)?.[0])).toEqual([
      ...[undefined, 'again1', 'again1', 'again2', 'again2', 'again3'],
    ]);
    expect(show({}, undefined, 9)?.dueAt).toBe(T0 + 10 * MINUTE);
    expect(show({}, undefined, 10)?.dueAt).toBe(T0 + 30 * MINUTE);
    expect(keysAt(70, { act: 'acked' })).toEqual([]);
    expect(keysAt(70, undefined, { message: undefined })).toEqual([]);
    expect(show({ reply: { ...REPLY, tone: 'warn' } }, undefined, 70)).toMatchObject({ alarms: [], dueAt: undefined });
  });

  test("is nobody's again when the one before was somebody's", () => {
    expect(labels(show({}, { act: 'acked', alert: 'another' }))?.at(-1)).toHaveLength(4);
  });
});

describe('an alert that is over', () => {
  test('says so first, then what it was and how long', () => {
    const screen = show(OVER, { act: 'acked' }, 13);
    expect(wordsOf(screen).split('\n').slice(0, 3)).toEqual([
      '✅ alpha · web is healthy',
      'It was: web is down',
      'from 14:13:20 to 14:25:20, 12 min',
    ]);
    expect(screen).toMatchObject({ final: true, keyboard: [] });
    expect(plain(screen?.ring ?? '')).toBe('✅ alpha · web is healthy after 12 min');
  });

  test('offers what did not come back by itself', () => {
    const screen = show({ ...OVER, after: REPLY.buttons }, undefined, 13);
    expect(labels(screen)).toEqual([['Restart web']]);
    expect(wordsOf(screen)).toContain('What could not do without it did not come back by itself:');
  });

  test('does not ring under a silence, nor when its own message is the first', () => {
    expect(show(OVER, { act: 'silenced' }, 13)?.ring).toBeUndefined();
    expect(show(OVER, { act: 'silenced', until: T0 + 20 * MINUTE }, 13)?.ring).toBeUndefined();
    expect(show(OVER, undefined, 13, { message: undefined })?.ring).toBeUndefined();
  });

  test('and was never shown is not shown when it was silenced all the time', () => {
    const silent = { act: 'silenced', until: T0 + 20 * MINUTE } as const;
    expect(show(OVER, silent, 30, { message: undefined })).toBeUndefined();
    expect(show(OVER, { ...silent, until: T0 + 5 * MINUTE }, 30, { message: undefined })).toBeDefined();
  });
});

test("1,000 alerts made of hostile strings stay within Telegram's limits and without anything to tap", () => {
  const random = createRandom(2_011);
  const flaws = Array.from({ length: 1_000 }, () => {
    const text = (max: number) => hostile(random, max).slice(0, max) || 'x';
    const reply = Reply.parse({
      tone: random.pick(['warn', 'bad']),
      title: text(300),
      facts: Array.from({ length: 4 }, () => ({ label: text(64), value: text(400) })),
      block: { label: text(120), text: text(2_000) },
      buttons: [{ label: text(40), operation: 'restart', input: {} }],
    });
    const state = random.pick([{}, { ...OVER, resolution: text(300) }]);
    const screen = show({ reply, ...state }, random.pick([undefined, { act: 'acked' as const }]));
    return screen ? flawsOf(screen, []) : [];
  });
  expect(flaws.flat()).toEqual([]);
});
