import type { ReplyButton, ReplyInput } from '#src/operation/reply.ts';

/** One look at one condition. */
export interface Reading {
  /** Names the condition and stays the same: `workload web`, `disk /`. */
  fingerprint: string;
  /** What is wrong, with the evidence and the remedies as buttons; undefined while all is well; `unsure` when this look cannot tell. */
  trouble: ReplyInput | 'unsure' | undefined;
  /** How it is when all is well, in words: what an open alert ends with. */
  well: string;
  /** What was seen cannot be a passing state: it is told with the first look. */
  certain?: true | undefined;
  /** What may have to be mended still when the trouble is over. */
  after?: readonly ReplyButton[] | undefined;
}

/** Looks at one kind of condition again and again. A look that throws says nothing about any of them. */
export interface Watch {
  name: string;
  look(signal: AbortSignal): Promise<Reading[]>;
}
