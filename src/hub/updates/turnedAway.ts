import { count } from '#src/kit/text.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { AuditEntry } from '#src/ledger/records.ts';

/** So many senders are told apart; whoever comes after them is counted with no name. */
const MOST = 1_000;
/** So many reasons about operators are written down at once. */
const REASONS = 20;

/** Counts what the gate turns away, and writes it down now and then: a flood of strangers is one line. */
export function createTurnedAway({ ledger, now }: { ledger: Pick<HubLedger, 'audit'>; now: () => number }) {
  let strangers = { updates: 0, ids: new Set<number>() };
  let listed = new Map<string, { from: number; because: string; updates: number }>();

  const entries = (): AuditEntry[] => {
    const at = now();
    const { updates, ids } = strangers;
    const ofAll = `${count(updates, 'update')} of ${ids.size < MOST ? count(ids.size, 'stranger') : `${MOST} strangers or more`}`;
    const ofOperators = [...listed.values()].map(
      ({ from, because, updates }): AuditEntry => ({
        ...{ at, operator: { id: from, name: String(from) }, decision: 'turned away' },
        because: `${count(updates, 'update')}: ${because}`,
      }),
    );
    return updates === 0 ? ofOperators : [...ofOperators, { at, decision: 'turned away', because: ofAll }];
  };

  return {
    count(from: number, isListed: boolean, because: string): void {
      const key = `${from} ${because}`;
      const known = listed.get(key);
      if (known) known.updates += 1;
      else if (isListed && listed.size < REASONS) listed.set(key, { from, because, updates: 1 });
      else {
        strangers.updates += 1;
        if (strangers.ids.size < MOST) strangers.ids.add(from);
      }
    },
    async write(): Promise<void> {
      const found = entries();
      if (found.length === 0) return;
      // Emptied first: what comes while the ledger writes is counted for the next time.
      const before = { strangers, listed };
      strangers = { updates: 0, ids: new Set() };
      listed = new Map();
      await ledger.audit(found).catch((error: unknown) => {
        ({ strangers, listed } = before);
        throw error;
      });
    },
  };
}
