import type { Alert, Post } from '#src/ledger/records.ts';

/** Nobody has taken a bad alert on for so long: the phone rings again, each time after twice as long, in ms. */
const FIRST_MS = 600_000;

/** The reminder that an alert is due for now, if any, and when the next one comes: those that were slept through are one. Only what is bad is brought up again. */
export function reminderOf(
  post: Post,
  { reply, openedAt }: Alert,
  now: number,
): { key: `again${number}` | undefined; nextAt: number } | undefined {
  if (reply.tone !== 'bad') return undefined;
  // The message may have come later than what it tells of.
  const since = Math.max(openedAt, post.createdAt);
  const count = Math.max(0, Math.floor(Math.log2((now - since) / FIRST_MS + 1)));
  const nextAt = since + FIRST_MS * (2 ** (count + 1) - 1);
  const isShown = post.message !== undefined;
  return { key: count > 0 && isShown ? `again${count}` : undefined, nextAt };
}
