import type { Alert, Handling } from '#src/ledger/records.ts';

/** What somebody said about an alert's condition, as long as it holds: about this alert, or for a time that is not over. */
export function inEffect(alert: Alert, handling: Handling | undefined, now: number): Handling | undefined {
  if (!handling) return undefined;
  if (handling.until !== undefined) return now < handling.until ? handling : undefined;
  return handling.alert === alert.id ? handling : undefined;
}
