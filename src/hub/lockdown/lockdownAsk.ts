import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import { covers } from '#src/operation/risk.ts';
import { freshId } from '#src/wire/ids.ts';
import type { Keys } from '#src/wire/keys.ts';
import { createRecordSeal } from '#src/wire/record.ts';
import type { HubConfig, Operator } from '../config.ts';
import type { HubLockdown } from './lockdown.ts';

/** How long a question to lock, and one to lift, can be answered, in ms. */
const LOCK_MS = 120_000;
const LIFT_MS = 15 * 60_000;

const Asked = z.strictObject({
  id: z.string(),
  operator: z.number().int(),
  chat: z.number().int(),
  reason: z.string().optional(),
  until: z.number().int(),
});
type Asked = z.infer<typeof Asked>;

/** The questions before a lockdown and before its end: each is answered by whom it is for, in time, and once matters only once. */
export interface LockdownAsk {
  /** Keeps what somebody wants; answers with the id that the button carries. */
  ask(act: 'lock' | 'lift', operator: Operator, chat: number, reason?: string): Promise<string>;
  /** Takes a tap, and says what came of it. Throws Problem `lockdown`. */
  press(act: 'lock' | 'lift', id: string, operator: Operator, chat: number): Promise<string>;
}

/** Keeps the questions in the ledger, sealed: the newest of each person to lock, and the newest of all to lift. */
export function createLockdownAsk(deps: {
  config: Pick<HubConfig, 'operators'>;
  keys: Keys;
  ledger: Pick<HubLedger, 'recall' | 'remember'>;
  lockdown: HubLockdown;
  now: () => number;
}): LockdownAsk {
  const { config, ledger, lockdown, now } = deps;
  const own = createRecordSeal(deps.keys);
  const keyOf = (act: 'lock' | 'lift', operator: number) => `lockdown ask ${act === 'lift' ? act : operator}`;

  const found = async (key: string, id: string): Promise<Asked> => {
    const text = await ledger.recall(key);
    const asked = text === undefined ? undefined : own.open(key, text, Asked);
    if (asked?.id !== id) throw new Problem('lockdown', 'This button is no longer valid. See /lockdown');
    if (now() >= asked.until) throw new Problem('lockdown', 'This question has expired. Nothing was done. Ask again.');
    return asked;
  };

  return {
    async ask(act, operator, chat, reason) {
      const key = keyOf(act, operator.id);
      const until = now() + (act === 'lock' ? LOCK_MS : LIFT_MS);
      const asked: Asked = {
        id: freshId(),
        operator: operator.id,
        chat,
        until,
        ...(reason === undefined ? {} : { reason }),
      };
      await ledger.remember(key, own.close(key, asked));
      return asked.id;
    },
    async press(act, id, operator, chat) {
      if (!covers(operator.role, 'operator'))
        throw new Problem('lockdown', `That takes the role operator; you are here as ${operator.role}. See /help`);
      const asked = await found(keyOf(act, operator.id), id);
      if (act === 'lock') {
        if (asked.chat !== chat) throw new Problem('lockdown', 'This button is no longer valid. See /lockdown');
        const { operator: by } = await lockdown.lock(operator, chat, asked.reason);
        return by === operator.id ? 'Locked.' : 'It was locked before.';
      }
      const asker = config.operators.find((each) => each.id === asked.operator);
      if (!asker || !covers(asker.role, 'admin'))
        throw new Problem('lockdown', 'Who asked for this is no longer an admin. Ask again.');
      await lockdown.lift(asker, operator, chat);
      return 'Lifted.';
    },
  };
}
