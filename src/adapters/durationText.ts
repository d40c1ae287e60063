import { z } from 'zod';
import { formatDuration, parseDuration } from '#src/kit/duration.ts';

/** A duration in a configuration file, `30s` or `2m`, with its default and its most; what comes out are whole milliseconds. */
export function durationText(byDefault: string, atMost: string) {
  return z
    .string()
    .default(byDefault)
    .transform(toMilliseconds)
    .refine(...noMoreThan(parseDuration(atMost)));
}

/** The same where leaving it out means something of its own. */
export function optionalDuration(atMost: string) {
  return z
    .string()
    .transform(toMilliseconds)
    .refine(...noMoreThan(parseDuration(atMost)))
    .optional();
}

function toMilliseconds(text: string, ctx: z.core.$RefinementCtx<string>): number {
  try {
    return Math.round(parseDuration(text));
  } catch {
    ctx.addIssue({ code: 'custom', message: `"${text}" is not a duration: write 500ms, 30s, 2m or 1h` });
    return z.NEVER;
  }
}

function noMoreThan(ms: number): [(value: number) => boolean, string] {
  return [(value) => value <= ms, `more than ${formatDuration(ms)} is too long`];
}
