import { Problem } from '#src/kit/problem.ts';
import { cleanReason, MAX_REASON } from '../questions/turn.ts';

/** Takes the reason off the end of a typed change: `alpha web because the disk is full`. Throws Problem `arguments` when it is too long. */
export function readBecause(words: readonly string[]): { words: readonly string[]; reason: string | undefined } {
  const at = words.findIndex((word) => word.toLowerCase() === 'because');
  const reason = at < 0 ? '' : cleanReason(words.slice(at + 1).join(' '));
  if (reason === '') return { words, reason: undefined };
  if (reason.length > MAX_REASON)
    throw new Problem('arguments', `A reason may have ${MAX_REASON} characters. Write less behind "because".`);
  return { words: words.slice(0, at), reason };
}
