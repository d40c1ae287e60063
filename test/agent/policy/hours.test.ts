import { describe, expect, test } from 'vitest';
import { Hours, isWithin } from '#src/agent/policy/hours.ts';

const within = (hours: object, at: string) => isWithin(Hours.parse(hours), Date.parse(at));

// 2026-11-20 is a Friday.
describe('hours', () => {
  const day = { from: '08:00', to: '18:00', timezone: 'UTC' };

  test.each<[object, string, boolean]>([
    [day, '2026-11-20T07:59:59Z', false],
    [day, '2026-11-20T08:00:00Z', true],
    [day, '2026-11-20T17:59:59Z', true],
    [day, '2026-11-20T18:00:00Z', false],
    [{ ...day, days: ['fri'] }, '2026-11-20T12:00:00Z', true],
    [{ ...day, days: ['sat', 'sun'] }, '2026-11-20T12:00:00Z', false],
    [{ ...day, to: '24:00' }, '2026-11-20T23:59:59Z', true],
    [{ ...day, timezone: 'America/New_York' }, '2026-11-20T12:59:00Z', false],
    [{ ...day, timezone: 'America/New_York' }, '2026-11-20T13:00:00Z', true],
  ])('%j hold at %s: %s', (hours, at, expected) => {
    expect(within(hours, at)).toBe(expected);
  });

  test.each<[string, boolean]>([
    ['2026-11-20T21:59:00Z', false],
    ['2026-11-20T22:00:00Z', true],
    ['2026-11-21T05:59:00Z', true],
    ['2026-11-21T06:00:00Z', false],
    ['2026-11-20T03:00:00Z', false],
    ['2026-11-21T22:30:00Z', false],
  ])('over midnight they belong to the day on which they begin: %s: %s', (at, expected) => {
    expect(within({ from: '22:00', to: '06:00', days: ['fri'], timezone: 'UTC' }, at)).toBe(expected);
  });

  test('follow the clock of their zone when it is put back', () => {
    const night = { from: '02:00', to: '03:00', timezone: 'Europe/Berlin' };
    // The hour from 02:00 to 03:00 came twice there.
    const held = ['00:30', '01:30', '02:30'].map((time) => within(night, `2026-10-25T${time}:00Z`));
    expect(held).toEqual([true, true, false]);
  });
});
