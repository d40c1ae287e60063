import { Problem, sentenceOf } from '#src/kit/problem.ts';

/** One answer of the Bot API: its HTTP status and its JSON. */
export interface Answer {
  status: number;
  body:
    | { ok: true; result: unknown; description?: string }
    | { ok: false; error_code: number; description: string; parameters?: { retry_after: number } };
}

/** What a method brings back; a few methods explain a success in words. */
export interface Outcome {
  result: unknown;
  description?: string;
}

/** The answer of a method that worked. */
export function success(outcome: Outcome): Answer {
  return { status: 200, body: { ok: true, ...outcome } };
}

/** The answer for anything thrown: a refusal in its own words, and 500 for a bug. */
export function failure(error: unknown): Answer {
  const status = error instanceof Problem ? Number(/^bot-api-(\d{3})$/.exec(error.code)?.[1] ?? 500) : 500;
  const description = status === 500 ? internal(error) : sentenceOf(error);
  const seconds = Number(/^Too Many Requests: retry after (\d+)$/.exec(description)?.[1] ?? 0);
  return {
    status,
    body: {
      ok: false,
      error_code: status,
      description,
      ...(seconds > 0 ? { parameters: { retry_after: seconds } } : {}),
    },
  };
}

function internal(error: unknown): string {
  const sentence = sentenceOf(error);
  return sentence.startsWith('Internal Server Error') ? sentence : `Internal Server Error: ${sentence}`;
}
