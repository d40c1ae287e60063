import { z } from 'zod';
import { MAX_BUTTONS, Reply } from '#src/operation/reply.ts';
import type { NodeAlert } from '#src/wire/event.ts';
import { freshId } from '#src/wire/ids.ts';
import type { Reading } from './watch.ts';

/** What the agent remembers of a condition that is not well: nobody hears of it while it is pending, and it ends only with the second reading that is well. */
export const Condition = z.strictObject({
  watch: z.string(),
  fingerprint: z.string(),
  phase: z.enum(['pending', 'open', 'closing']),
  /** Id of this one time. */
  alert: z.string(),
  /** When it was first seen, in ms since 1970. */
  since: z.number().int(),
  /** As it was last told, or first seen. */
  reply: Reply,
});
export type Condition = z.infer<typeof Condition>;

/** What a reading makes of a condition, and what is to be said about it; a condition that is undefined is well. */
export interface Change {
  condition: Condition | undefined;
  alert: NodeAlert | undefined;
}

/** The next state of a condition: told from the second bad reading on (a certain one: from the first), again when its tone changes, and ended by the second good one. */
export function nextCondition(before: Condition | undefined, reading: Reading, watch: string, now: number): Change {
  const { fingerprint, trouble, certain } = reading;
  if (trouble === 'unsure') return { condition: before, alert: undefined };
  if (!trouble) return onWell(before, reading, now);
  const reply = Reply.parse(trouble);
  if (!before) {
    const phase = certain ? 'open' : 'pending';
    const condition: Condition = { watch, fingerprint, phase, alert: freshId(), since: now, reply };
    return { condition, alert: certain && openAlert(condition) };
  }
  const told = before.phase !== 'pending';
  if (told && reply.tone === before.reply.tone) return { condition: { ...before, phase: 'open' }, alert: undefined };
  const condition: Condition = { ...before, phase: 'open', reply };
  return { condition, alert: openAlert(condition) };
}

/** The alert of a condition that is told as open. */
export function openAlert({ alert, fingerprint, reply, since }: Condition): NodeAlert {
  return { id: alert, fingerprint, state: 'open', reply, openedAt: since };
}

function onWell(before: Condition | undefined, { well, after = [] }: Reading, now: number): Change {
  if (!before || before.phase === 'pending') return { condition: undefined, alert: undefined };
  if (before.phase === 'open') return { condition: { ...before, phase: 'closing' }, alert: undefined };
  const resolution = well.slice(0, 300);
  const mends = after.length > 0 ? { after: after.slice(0, MAX_BUTTONS) } : {};
  const over = { state: 'resolved' as const, resolvedAt: now, resolution, ...mends };
  return { condition: undefined, alert: { ...openAlert(before), ...over } };
}
