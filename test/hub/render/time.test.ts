import { expect, test } from 'vitest';
import { clock, dateTime } from '#src/hub/render/time.ts';

const NIGHT = Date.UTC(2026, 10, 21, 23, 3, 40);
const MIDNIGHT = Date.UTC(2026, 0, 1, 0, 0, 0);

test.each([
  [NIGHT, 'UTC', '23:03:40', '21 Nov 23:03'],
  [NIGHT, 'Europe/Berlin', '00:03:40', '22 Nov 00:03'],
  [NIGHT, 'America/New_York', '18:03:40', '21 Nov 18:03'],
  [NIGHT, 'Asia/Kolkata', '04:33:40', '22 Nov 04:33'],
  [MIDNIGHT, 'UTC', '00:00:00', '1 Jan 00:00'],
])('%i in %s is %s, on %s', (ms, zone, time, date) => {
  expect([clock(ms, zone), dateTime(ms, zone)]).toEqual([time, date]);
});

test("without a zone it is this machine's", () => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  expect([clock(NIGHT, undefined), dateTime(NIGHT, undefined)]).toEqual([clock(NIGHT, zone), dateTime(NIGHT, zone)]);
});
