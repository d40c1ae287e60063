import type { Context } from 'grammy';
import { readButton } from '../telegram/buttons.ts';
import { readCommand } from './command.ts';
import type { Draft } from './draft.ts';

/** What an update is to a draft of the same person in the same place. */
export type Said =
  | { kind: 'pressed'; code: string }
  | { kind: 'page'; page: number }
  | { kind: 'typed'; text: string }
  | { kind: 'never' }
  /** Another command: the draft is over. */
  | { kind: 'command' }
  /** Nothing to do with it. */
  | { kind: 'other' };

const OTHER: Said = { kind: 'other' };

/** Reads an update from itself alone, so that it means the same however often it is replayed. */
export function readAnswer({ update, me }: Pick<Context, 'update' | 'me'>, draft: Draft): Said {
  const { message, callback_query: query } = update;
  if (query) return readPick(query.data, draft);
  if (message?.text === undefined) return OTHER;
  if (readCommand({ ...message, text: message.text }, me.username)) return { kind: 'command' };
  const isAnswer = message.chat.type === 'private' || message.reply_to_message?.from?.id === me.id;
  const begins = message.entities?.some(({ type, offset }) => type === 'bot_command' && offset === 0);
  return isAnswer && !begins ? { kind: 'typed', text: message.text.trim() } : OTHER;
}

function readPick(data: string | undefined, draft: Draft): Said {
  const button = readButton(data);
  if (button?.act !== 'pick' || button.draft !== draft.id) return OTHER;
  if (button.choice === 'x') return { kind: 'never' };
  const page = /^p(\d)$/.exec(button.choice)?.[1];
  return page === undefined ? { kind: 'pressed', code: button.choice } : { kind: 'page', page: Number(page) };
}
