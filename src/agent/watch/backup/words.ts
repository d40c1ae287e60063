import { formatDuration } from '#src/kit/duration.ts';
import { clip } from '#src/kit/text.ts';
import type { ReplyInput } from '#src/operation/reply.ts';

type Fact = NonNullable<ReplyInput['facts']>[number];
type Button = NonNullable<ReplyInput['buttons']>[number];

/** A line of evidence, cut to what fits. */
export function fact(label: string, value: string, limit?: string): Fact {
  return { label, value: clip(value, 400), ...(limit === undefined ? {} : { limit }) };
}

/** How long ago something was, in words. */
export function ago(at: number | undefined, now: number): string {
  return at === undefined ? 'never' : `${formatDuration(now - at)} ago`;
}

/** The remedy of a set, as a button. */
export function remedy(label: string, operation: string, set: string): Button {
  return { label, operation, input: { set } };
}

/** What shows a person more of a set. */
export function showBackups(set: string): Button {
  return remedy('Backups', 'backups', set);
}
