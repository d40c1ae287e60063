import { z } from 'zod';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Day = (typeof DAYS)[number];

const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'write the time as "08:00", in quotes');
const zone = z.string().refine(isZone, 'write a time zone such as Europe/Berlin, or UTC');

/** The hours in which a rule lets something pass, from `from` until before `to`; when `to` is the earlier one, they run over midnight and belong to the day on which they begin. */
export const Hours = z
  .strictObject({
    from: clock,
    to: clock,
    days: z.array(z.enum(DAYS)).min(1).optional(),
    /** Left out, that of the machine. */
    timezone: zone.optional(),
  })
  .refine(({ from, to }) => from !== to, {
    path: ['to'],
    message: 'from and to are the same; leave hours out for always',
  });
export type Hours = z.infer<typeof Hours>;

/** Whether a moment (ms since 1970) lies in these hours. */
export function isWithin({ from, to, days, timezone }: Hours, at: number): boolean {
  const { day, minute } = localTime(at, timezone);
  const counts = (which: number): boolean => days === undefined || days.includes(DAYS[(which + 7) % 7] as Day);
  const [begin, end] = [minuteOf(from), minuteOf(to)];
  if (begin < end) return counts(day) && minute >= begin && minute < end;
  return (counts(day) && minute >= begin) || (counts(day - 1) && minute < end);
}

/** The hours as a person reads them: `08:00 to 18:00 on mon, tue (Europe/Berlin)`. */
export function hoursText({ from, to, days, timezone }: Hours): string {
  return `${from} to ${to}${days ? ` on ${days.join(', ')}` : ''} (${timezone ?? "the node's own time"})`;
}

function localTime(at: number, timezone: string | undefined): { day: number; minute: number } {
  const form = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const format = new Intl.DateTimeFormat('en-GB', timezone === undefined ? form : { ...form, timeZone: timezone });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: DAYS.indexOf((parts.get('weekday') ?? '').toLowerCase() as Day),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}

function minuteOf(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
