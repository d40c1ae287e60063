import { z } from 'zod';
import type { StepUpOutcome } from '#src/wire/event.ts';
import { matchingStep } from './totp.ts';

/** So many wrong codes in a row lock a person out. */
export const MAX_WRONG = 5;

const Tries = z.strictObject({
  /** The latest time step whose code was used: neither it nor an earlier one counts again. */
  used: z.number().int(),
  /** Wrong codes since the last right one. */
  wrong: z.number().int().nonnegative(),
});
/** What the journal keeps of one person's codes: never a code. */
export type Tries = z.infer<typeof Tries>;

/** The journal's fact that holds somebody's tries. */
export function triesKey(operator: number): string {
  return `tries ${operator}`;
}

/** The tries that a fact tells of; none when there is no fact. */
export function readTries(text: string | undefined): Tries {
  return text === undefined ? { used: -1, wrong: 0 } : Tries.parse(JSON.parse(text));
}

/** The fact that tells of some tries. */
export function writeTries(tries: Tries): string {
  return JSON.stringify(tries);
}

/** Judges one code at `at` (ms since 1970): what was found, and how the tries stand then. What was right but used before costs no try, for it tells nothing about the next one. */
export function judgeCode(
  { seed, code, at }: { seed: Uint8Array; code: string; at: number },
  before: Tries,
): { found: Exclude<StepUpOutcome['is'], 'unknown' | 'late'>; after: Tries } {
  if (before.wrong >= MAX_WRONG) return { found: 'locked', after: before };
  const step = matchingStep(seed, code, at);
  if (step !== undefined)
    return step > before.used ? { found: 'proved', after: { used: step, wrong: 0 } } : { found: 'used', after: before };
  const after = { ...before, wrong: before.wrong + 1 };
  return { found: after.wrong >= MAX_WRONG ? 'locked' : 'wrong', after };
}
