/** What else a Problem may carry: the error behind it, lines that show what was seen, and what was found as facts. */
export interface ProblemDetails {
  cause?: unknown;
  evidence?: string;
  facts?: readonly { label: string; value: string }[];
}

/** A failure that was foreseen: a code for programs and a sentence for a person that ends with what to do next. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  readonly evidence: string | undefined;
  readonly facts: NonNullable<ProblemDetails['facts']>;

  constructor(code: string, sentence: string, details: ProblemDetails = {}) {
    super(sentence, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.evidence = details.evidence;
    this.facts = details.facts ?? [];
  }
}

/** The sentence to show for anything thrown: a Problem's own words, and for a bug no more than its first line. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Problem) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0]?.slice(0, 300) || 'unknown error';
}
