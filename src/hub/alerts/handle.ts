import { parseDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { Alert, Handling } from '#src/ledger/records.ts';
import { covers } from '#src/operation/risk.ts';
import type { Operator } from '../config.ts';
import { inEffect } from './handling.ts';

/** What somebody says about an alert: they have it, it should be quiet (for a time in ms, or until it is fixed), or nothing after all. */
export type Say = { act: 'ack' } | { act: 'hush'; forMs: number | undefined } | { act: 'undo' };

/** Stores what somebody says about an alert, with their name; answers with the words for them. Throws Problem `alert` or `role`. */
export function createHandle({ ledger, now }: { ledger: HubLedger; now: () => number }) {
  return async (id: string, say: Say, operator: Operator, chat: number): Promise<string> => {
    if (!covers(operator.role, 'operator'))
      throw new Problem('role', `That takes the role operator; you are here as ${operator.role}. See /help`);
    const [alert] = await ledger.alertsById([id]);
    if (!alert) throw new Problem('alert', 'This alert is no longer on record. See /alerts');
    if (alert.state === 'resolved') throw new Problem('alert', 'It is over already. See /alerts');
    const at = now();
    const [before] = await ledger.handlings([alert]);
    const held = inEffect(alert, before, at);
    if (say.act === 'ack' && held?.act === 'acked') return `${held.operator.name} has it already.`;
    const handling = handlingOf(alert, say, operator, at);
    const who = { id: operator.id, name: operator.name };
    const because = `${wordOf(say)}: ${alert.reply.title}`;
    await ledger.handle({
      alert: id,
      handling,
      quietUntil: handling?.act === 'silenced' ? handling.until : undefined,
      audit: [{ at, operator: who, chat, node: alert.node, decision: 'handled', because }],
    });
    return SPOKEN[say.act];
  };
}

/** Reads how long it should be quiet: `1h`, `30m`, or `fixed`. Throws Problem `arguments`. */
export function readSilence(typed: string): number | undefined {
  if (typed === 'fixed') return undefined;
  try {
    const ms = parseDuration(typed);
    if (ms >= 60_000 && ms <= MAX_MS) return ms;
  } catch {
    // Falls through to the sentence below.
  }
  throw new Problem('arguments', `"${typed}" is no time for a silence: write 1h, 4h, up to 7d, or fixed.`);
}

const MAX_MS = 7 * 86_400_000;
const SPOKEN = { ack: 'You have it.', hush: 'Quiet.', undo: 'Taken back.' } as const;

function handlingOf(alert: Alert, say: Say, { id, name }: Operator, at: number): Handling | undefined {
  if (say.act === 'undo') return undefined;
  const { node, fingerprint } = alert;
  const base = { node, fingerprint, alert: alert.id, operator: { id, name }, at };
  if (say.act === 'ack') return { ...base, act: 'acked' };
  return { ...base, act: 'silenced', ...(say.forMs === undefined ? {} : { until: at + say.forMs }) };
}

function wordOf(say: Say): string {
  if (say.act !== 'hush') return say.act === 'ack' ? 'taken on' : 'taken back';
  return say.forMs === undefined ? 'silenced until fixed' : `silenced for ${say.forMs / 60_000} min`;
}
