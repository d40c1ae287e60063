import { describe, expect, test } from 'vitest';
import { calendarOf, scheduleText } from '#src/adapters/calendar.ts';

const HOUR_MS = 3_600_000;
const at = (text: string) => Date.parse(text);
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16));

describe('a word for a schedule (row B1)', () => {
  test.each([
    ['hourly', '2026-03-18T10:00', '2026-03-18T11:00', 1],
    ['daily', '2026-03-18T02:00', '2026-03-19T02:00', 24],
    ['weekly', '2026-03-15T03:00', '2026-03-22T03:00', 168],
    ['monthly', '2026-03-01T04:00', '2026-04-01T04:00', 744],
  ])('%s', (word, latest, next, hours) => {
    const calendar = calendarOf(word, 'UTC');
    const now = at('2026-03-18T10:30:00Z');
    expect([iso(calendar.latest(now)), iso(calendar.next(now))]).toEqual([latest, next]);
    expect(calendar.gapMs()).toBe(hours * HOUR_MS);
  });
});

test('a time that comes just now has come', () => {
  expect(iso(calendarOf('hourly', 'UTC').latest(at('2026-03-18T10:00:00.000Z')))).toBe('2026-03-18T10:00');
  expect(iso(calendarOf('hourly', 'UTC').latest(at('2026-03-18T09:59:59.999Z')))).toBe('2026-03-18T09:00');
});

test('the longest pause of workdays is over the weekend', () => {
  expect(calendarOf('0 22 * * 1-5', 'UTC').gapMs()).toBe(72 * HOUR_MS);
});

describe('when the clocks change in Berlin', () => {
  const calendar = calendarOf('30 2 * * *', 'Europe/Berlin');
  test('the hour that is left out does not leave out the night', () => {
    expect(iso(calendar.latest(at('2026-03-29T12:00:00Z')))).toBe('2026-03-29T01:00');
  });

  test('the hour that comes twice counts once', () => {
    expect(iso(calendar.latest(at('2026-10-25T12:00:00Z')))).toBe('2026-10-25T00:30');
    expect(iso(calendar.next(at('2026-10-25T00:30:00Z')))).toBe('2026-10-26T01:30');
  });
});

describe('what is no schedule is named with what to write', () => {
  test.each([
    ['often', '"often" is not a schedule: write hourly'],
    ['* * * *', '"* * * *" is not a schedule: write'],
    ['61 2 * * *', '"61 2 * * *" is not a schedule (Invalid value for minute: 61): write'],
    ['0 0 31 2 *', '"0 0 31 2 *" never comes: write'],
    ['@daily', '"@daily" is not a schedule'],
    ['* * * * * *', 'is not a schedule'],
    ['constructor', '"constructor" is not a schedule: write'],
  ])('%s', (text, words) => {
    const { error } = scheduleText.safeParse(text);
    expect(error?.issues[0]?.message).toContain(words);
    expect(error?.issues[0]?.message).toContain('five fields of cron such as "30 2 * * *"');
  });
});
