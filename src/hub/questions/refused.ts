import type { AuditEntry } from '#src/ledger/records.ts';
import type { Ctx, HubDeps } from '../context.ts';

/** Puts on record that somebody of the list was refused, and why. */
export async function noteRefused(
  ctx: Ctx,
  { ledger, now }: Pick<HubDeps, 'ledger' | 'now'>,
  entry: Pick<AuditEntry, 'operation' | 'source'> & { because: string },
): Promise<void> {
  const { id, name } = ctx.admitted.operator;
  const chat = ctx.chat?.id;
  await ledger.audit([
    { at: now(), operator: { id, name }, ...(chat === undefined ? {} : { chat }), decision: 'refused', ...entry },
  ]);
}
