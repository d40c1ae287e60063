import type { Transformer } from 'grammy';
import type { Update } from 'grammy/types';
import type { Logger } from 'pino';
import type { HubLedger } from '#src/ledger/port.ts';
import type { HubConfig } from '../config.ts';
import type { Admins } from '../telegram/admins.ts';

/** A group that Telegram has turned into another one, with another id. */
export interface Move {
  from: number;
  to: number;
}

/** Hears of a move. */
export type Moved = (move: Move) => Promise<void>;

/** Tells the admins in private, once, which edit makes the bot follow a group that has a new id. It is never followed by itself: the id in the configuration is what gives a chat its rights. */
export function createMoved(deps: {
  admins: Pick<Admins, 'tell'>;
  config: Pick<HubConfig, 'chats'>;
  ledger: Pick<HubLedger, 'recall' | 'remember'>;
  log: Logger;
}): Moved {
  const { admins, config, ledger, log } = deps;
  const busy = new Set<number>();

  const tell = async ({ from, to }: Move): Promise<void> => {
    const key = `moved ${from}`;
    if ((await ledger.recall(key)) === String(to)) return;
    const words = `The group ${from} has become ${to}. I do not follow by myself: put ${to} in the place of ${from} in the configuration, under chats:, start me again, and add me there if I am gone. Until then I neither hear nor answer there.`;
    log.error({ from, to }, words);
    if (await admins.tell(words)) await ledger.remember(key, String(to));
  };

  return async (move) => {
    if (!config.chats.includes(move.from) || busy.has(move.from)) return;
    busy.add(move.from);
    try {
      await tell(move);
    } catch (err) {
      log.warn({ err, ...move }, 'admins not told of a moved group');
    } finally {
      busy.delete(move.from);
    }
  };
}

/** The move that a service message tells of, in the old group or in the new one. */
export function moveOf({ message }: Update): Move | undefined {
  if (message?.migrate_to_chat_id !== undefined) return { from: message.chat.id, to: message.migrate_to_chat_id };
  if (message?.migrate_from_chat_id !== undefined) return { from: message.migrate_from_chat_id, to: message.chat.id };
  return undefined;
}

/** Notices the move of a group in what Telegram answers to a call. */
export function watchMoves(moved: Moved): Transformer {
  return async (prev, method, payload, signal) => {
    const answer = await prev(method, payload, signal);
    const to = answer.ok ? undefined : answer.parameters?.migrate_to_chat_id;
    const from = 'chat_id' in payload ? Number(payload.chat_id) : Number.NaN;
    if (to !== undefined && Number.isSafeInteger(from)) await moved({ from, to });
    return answer;
  };
}
