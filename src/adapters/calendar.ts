import { Cron } from 'croner';
import { z } from 'zod';
import { sentenceOf } from '#src/kit/problem.ts';

/** What the words for a schedule mean (row B1). */
const WORDS: Readonly<Record<string, string>> = {
  hourly: '0 * * * *',
  daily: '0 2 * * *',
  weekly: '0 3 * * 0',
  monthly: '0 4 1 * *',
};
const DAY_MS = 86_400_000;
/** A Monday; from here the longest pause is looked for, so that it is always the same. */
const EPOCH = Date.UTC(2026, 0, 5);

/** The times of a schedule, in ms since 1970. */
export interface Calendar {
  /** The last time that has come by `now`. */
  latest(now: number): number | undefined;
  /** The first time after another. */
  next(after: number): number | undefined;
  /** The longest pause between two of its times, in ms. */
  gapMs(): number;
}

/** A schedule in a configuration file: hourly, daily, weekly, monthly or a line of cron with five fields. */
export const scheduleText = z.string().superRefine((text, ctx) => {
  const why = whyNot(text);
  if (why !== undefined) ctx.addIssue({ code: 'custom', message: why });
});

/** The calendar of a schedule that is known to be one; without a time zone, in this machine's. */
export function calendarOf(text: string, timezone: string | undefined): Calendar {
  const cron = cronOf(text, timezone);
  const next = (after: number) => cron.nextRun(new Date(after))?.getTime();
  // What is asked for is before a time, and a time that comes just now counts.
  const latest = (now: number) => cron.previousRuns(1, new Date(Math.floor(now / 1000) * 1000 + 1000))[0]?.getTime();
  let gap: number | undefined;
  return { next, latest, gapMs: () => (gap ??= longestGap({ latest, next })) };
}

function cronOf(text: string, timezone: string | undefined): Cron {
  const options = { paused: true, mode: '5-part', fixedTimeRule: 'no-wildcard' } as const;
  return new Cron((Object.hasOwn(WORDS, text) && WORDS[text]) || text, {
    ...options,
    ...(timezone === undefined ? {} : { timezone }),
  });
}

function whyNot(text: string): string | undefined {
  const remedy = 'write hourly, daily, weekly, monthly or five fields of cron such as "30 2 * * *"';
  if (!Object.hasOwn(WORDS, text) && text.trim().split(/\s+/).length !== 5)
    return `"${text}" is not a schedule: ${remedy}`;
  try {
    if (cronOf(text, 'UTC').nextRun(new Date(EPOCH))) return undefined;
    return `"${text}" never comes: ${remedy}`;
  } catch (error) {
    const why = sentenceOf(error)
      .replace(/^\w+: /, '')
      .replace(/\.$/, '');
    return `"${text}" is not a schedule (${why}): ${remedy}`;
  }
}

// Looked at twice a day for two weeks and twice a month for a year: longer pauses than that are found.
function longestGap({ latest, next }: Pick<Calendar, 'latest' | 'next'>): number {
  const days = [...Array.from({ length: 28 }, (_, n) => n / 2), ...Array.from({ length: 27 }, (_, n) => n * 15)];
  const gaps = days.map((day) => {
    const after = next(EPOCH + day * DAY_MS);
    const before = after === undefined ? undefined : latest(after - 1);
    return after === undefined || before === undefined ? 0 : after - before;
  });
  return Math.max(...gaps);
}
