import { z } from 'zod';

/** One line of what a part came to. */
export const Figure = z.strictObject({
  what: z.string(),
  /** How often it was tried, and what is counted. */
  tried: z.number(),
  of: z.string(),
  /** How many of them were wrong. */
  wrong: z.number(),
  /** What else was counted, in words. */
  beside: z.string().default(''),
});
export type Figure = z.infer<typeof Figure>;

/** What a part of the release run came to. */
export const PartResult = z.strictObject({
  seed: z.number(),
  seconds: z.number(),
  figures: z.array(Figure),
  /** Sentences about what was wrong, with how to repeat it. */
  wrong: z.array(z.string()),
});
export type PartResult = z.infer<typeof PartResult>;

/** What a part is run with. */
export interface PartOptions {
  seed: number;
  /** The part of every count that is done, from 0 to 1. */
  share: number;
  /** Trials side by side. */
  side: number;
  /** Nothing begins after it. */
  signal: AbortSignal;
  /** Keeps what is done of a part that has many trials, so that it can be gone on with. */
  notes: (name: string) => Notes;
}

/** Lines that one part keeps from run to run. */
export interface Notes {
  read(): unknown[];
  add(line: unknown): void;
}

/** One part: what it does and says in the end. `undefined`: it was broken off. */
export type Part = (options: PartOptions) => Promise<Omit<PartResult, 'seconds' | 'seed'> | undefined>;

/** So many of a count, at least one. */
export function partOf(count: number, share: number): number {
  return Math.max(1, Math.ceil(count * share));
}
