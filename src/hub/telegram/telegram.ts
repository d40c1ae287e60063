import { GrammyError, HttpError } from 'grammy';

/** What an error of the Bot API means for what is to be told. */
export type Trouble =
  /** Not before so many ms. */
  | { kind: 'later'; ms: number }
  /** The message is gone or is not ours to edit: a new one is needed. */
  | { kind: 'gone' }
  /** Telegram shows this already. */
  | { kind: 'same' }
  /** The topic was deleted or closed: the chat itself may still take it. */
  | { kind: 'no topic' }
  /** Our markup was not understood. */
  | { kind: 'markup' }
  /** It will never be possible: blocked, kicked, no such chat, a bug of ours. */
  | { kind: 'never' };

/** How long to wait when nobody knows whether a call took effect, in ms. */
const UNSURE_MS = 5_000;

/** Reads an error of grammY; anything that is no error of the Bot API is thrown on. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof HttpError) return { kind: 'later', ms: UNSURE_MS };
  if (!(error instanceof GrammyError)) throw error;
  const { error_code: code, description, parameters } = error;
  if (code === 429) return { kind: 'later', ms: (parameters.retry_after ?? 5) * 1000 };
  if (code >= 500) return { kind: 'later', ms: UNSURE_MS };
  if (description.includes('message is not modified')) return { kind: 'same' };
  if (/message to edit not found|message can't be edited|MESSAGE_ID_INVALID/.test(description)) return { kind: 'gone' };
  if (/message thread not found|TOPIC_CLOSED|TOPIC_DELETED/.test(description)) return { kind: 'no topic' };
  if (/can't parse entities|message is too long|MESSAGE_TOO_LONG/.test(description)) return { kind: 'markup' };
  return { kind: 'never' };
}
