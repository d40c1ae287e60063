import type { Campaign } from '#src/ledger/campaign.ts';
import type { Confirm } from '#src/ledger/records.ts';

/** A campaign whose record was lost: the chat shows how far it was known to be, which may not be how far it came. Nobody is asked any more. */
export function cutShort(
  campaign: Campaign,
  confirm: Confirm | undefined,
  now: number,
): { campaign: Campaign; confirm: Confirm | undefined } {
  const ending = {
    tone: 'warn' as const,
    title: 'how far this came is not known: the ledger was lost',
    next: `Nobody else is asked. Look how it stands: /vault. Then begin anew: /${campaign.kind}`,
    at: now,
  };
  return {
    campaign: { ...campaign, turn: campaign.turn + 1, stage: 'over', ending },
    confirm: confirm && { ...confirm, state: confirm.state === 'open' ? 'no' : confirm.state },
  };
}
