import { describe, expect, test } from 'vitest';
import { calendarOf } from '#src/adapters/calendar.ts';
import { dueOf } from '#src/agent/schedule/due.ts';
import type { Chore, ChoreKnown } from '#src/operation/backupKnown.ts';
import { NEVER } from '../../fixtures/known.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString().slice(5, 16);
const done = (text: string): ChoreKnown => ({ ...NEVER, doneAt: at(text), triedAt: at(text) });

interface Life {
  schedule: string;
  timezone?: string;
  chore?: Chore;
  run?: ChoreKnown;
  from: string;
  hours: number;
  /** Times (from, to) at which nothing can run. */
  asleep?: [string, string][];
  fails?: (time: number) => boolean;
}

/** The times at which something begins in a life, looked at once a minute. */
function begunIn({
  schedule,
  timezone = 'UTC',
  chore = 'save',
  from,
  hours,
  asleep = [],
  fails,
  ...life
}: Life): string[] {
  const calendar = calendarOf(schedule, timezone);
  const since = at(from);
  let run = life.run ?? NEVER;
  const begun: string[] = [];
  for (let now = since; now < since + hours * HOUR_MS; now += MINUTE_MS) {
    if (asleep.some(([begin, end]) => now >= at(begin) && now < at(end))) continue;
    if (!dueOf({ chore, calendar }, { since, run }, now)) continue;
    begun.push(iso(now));
    run = fails?.(now) ? { ...run, triedAt: now, failures: run.failures + 1 } : { ...NEVER, doneAt: now, triedAt: now };
  }
  return begun;
}

describe('a chore is due', () => {
  test('at its times, once each', () => {
    const run = done('2026-03-18T02:00:00Z');
    expect(begunIn({ schedule: 'daily', run, from: '2026-03-18T10:00:00Z', hours: 48 })).toEqual([
      '03-19T02:00',
      '03-20T02:00',
    ]);
  });

  test('at once when the set was never saved, and not when it was never checked', () => {
    const life = { schedule: 'weekly', from: '2026-03-18T10:00:00Z', hours: 24 };
    expect(begunIn(life)).toEqual(['03-18T10:00']);
    expect(begunIn({ ...life, chore: 'check' })).toEqual([]);
    expect(begunIn({ ...life, chore: 'check', hours: 100 })).toEqual(['03-22T03:00']);
  });

  test('once after a sleep, however many times were missed', () => {
    const run = done('2026-03-18T09:00:00Z');
    const asleep: [string, string][] = [['2026-03-18T09:30:00Z', '2026-03-18T21:20:00Z']];
    expect(begunIn({ schedule: 'hourly', run, from: '2026-03-18T09:10:00Z', hours: 14, asleep })).toEqual([
      '03-18T21:20',
      '03-18T22:00',
      '03-18T23:00',
    ]);
  });

  test('again after a failure, after pauses that grow, and at its next time', () => {
    const run = done('2026-03-18T02:00:00Z');
    const life = { schedule: '0 */3 * * *', run, from: '2026-03-18T02:30:00Z' };
    const times = ['03:00', '03:02', '03:12', '03:42', '04:42', '05:42', '06:00'].map((time) => `03-18T${time}`);
    expect(begunIn({ ...life, hours: 4, fails: () => true })).toEqual(times);
  });

  test('no more once a try went well', () => {
    const life = { schedule: 'daily', run: done('2026-03-18T02:00:00Z'), from: '2026-03-19T01:30:00Z', hours: 12 };
    expect(begunIn({ ...life, fails: (now) => now < at('2026-03-19T02:10:00Z') })).toEqual([
      '03-19T02:00',
      '03-19T02:02',
      '03-19T02:12',
    ]);
  });

  test('although what is noted of it lies in a time that has not come: the clock was wrong then', () => {
    const life = { schedule: 'daily', from: '2026-03-18T10:00:00Z', hours: 30 };
    expect(begunIn({ ...life, run: done('2031-01-01T00:00:00Z') })).toEqual(['03-18T10:00', '03-19T02:00']);
    const failing = { ...done('2026-03-18T02:00:00Z'), triedAt: at('2031-01-01T00:00:00Z'), failures: 4 };
    expect(begunIn({ ...life, run: failing })).toEqual(['03-19T02:00']);
  });

  test('not again when a clock is set back by less than its pause', () => {
    const calendar = calendarOf('daily', 'UTC');
    const run = done('2026-03-18T02:03:00Z');
    const now = at('2026-03-18T02:02:30Z');
    expect(dueOf({ chore: 'save', calendar }, { since: 0, run }, now)).toBeUndefined();
  });

  test.each([
    ['left out', '2026-03-28T20:00:00Z', ['03-29T01:00', '03-30T00:30']],
    ['there twice', '2026-10-24T20:00:00Z', ['10-25T00:30', '10-26T01:30']],
  ])('once in a night whose hour is %s', (_, from, times) => {
    const run = done(from);
    expect(begunIn({ schedule: '30 2 * * *', timezone: 'Europe/Berlin', run, from, hours: 32 })).toEqual(times);
  });
});
