import { Problem } from '#src/kit/problem.ts';

/** The one refusal of everything that is not exactly what its sender sealed for this receiver: Problem `seal`. */
export function refuse(why: string, cause?: unknown): Problem {
  return new Problem('seal', `Sealed message refused: ${why}.`, { cause });
}

/** Whether something was refused for good, and not only failed for now. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Problem && error.code === 'seal';
}
