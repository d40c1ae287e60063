import { randomInt } from 'node:crypto';
import type { User } from 'grammy/types';
import type { Entry } from './entry.ts';
import { badRequest } from './refusal.ts';
import type { Room } from './rooms.ts';
import type { UpdateLog } from './updateLog.ts';

const DELIVERED_WITHIN = 150_000;

/** What the bot said to a press: nothing to read has an empty text. */
export interface CallbackAnswer {
  text: string;
  show_alert: boolean;
  url?: string;
}

/** One press of a button. */
export interface Press {
  room: Room;
  entry: Entry;
  from: User;
  data: string;
}

/** The presses that wait for the bot's answer. */
export interface Callbacks {
  /** Sends the bot a callback query; `answered` is called at most once. */
  open(press: Press, answered: (answer: CallbackAnswer) => void): void;
  /** Answers a query once and in time, or refuses in Telegram's words; gives back the press. */
  answer(queryId: string, answer: CallbackAnswer): Press;
}

/** No presses yet. */
export function createCallbacks(deps: { now: () => Date; updates: UpdateLog; answerWindow: number }): Callbacks {
  const waiting = new Map<string, { press: Press; until: number; answered: (answer: CallbackAnswer) => void }>();
  const instances = new Map<number, string>();
  const instanceOf = (chatId: number) => {
    const instance = instances.get(chatId) ?? randomDigits();
    instances.set(chatId, instance);
    return instance;
  };
  return {
    open: (press, answered) => {
      const { room, entry, from, data } = press;
      const moment = deps.now().getTime();
      const id = randomDigits();
      for (const [old, { until }] of waiting) if (until <= moment) waiting.delete(old);
      waiting.set(id, { press, until: moment + deps.answerWindow, answered });
      deps.updates.push(
        { callback_query: { id, from, message: entry.message, chat_instance: instanceOf(room.chat.id), data } },
        { key: `user ${from.id}`, until: moment + DELIVERED_WITHIN },
      );
    },
    answer: (queryId, answer) => {
      const query = waiting.get(queryId);
      if (!query || query.until <= deps.now().getTime()) {
        throw badRequest('query is too old and response timeout expired or query ID is invalid');
      }
      waiting.delete(queryId);
      query.answered(answer);
      return query.press;
    },
  };
}

function randomDigits(): string {
  return `${randomInt(1_000_000_000, 9_000_000_000)}${randomInt(100_000_000, 900_000_000)}`;
}
