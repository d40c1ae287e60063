import { GROUPS, OPERATORS } from './cast.ts';
import type { Loose } from './parts.ts';

/** What makes words somebody else's or not of this moment, by the field that says so. */
const FOREIGN = [
  ...['forward_origin', 'via_bot', 'sender_chat', 'edit_date', 'caption'],
  ...['business_connection_id', 'sender_business_bot', 'guest_query_id', 'guest_bot_caller_user'],
];
const FOREIGN_CHAT = FOREIGN.slice(5);
const FLAGS = ['is_automatic_forward', 'is_from_offline'];

/** The gate's rule said again, by somebody who has not read it: is this plainly a text or a press of an operator of theirs, in an allowed chat? */
export function isPlain(update: Loose): boolean {
  const [kind, ...others] = Object.keys(update).filter((key) => key !== 'update_id');
  const content = loose(update[kind ?? '']);
  if (!content || others.length > 0) return false;
  if (kind === 'callback_query') {
    const message = loose(content['message']);
    if (!message || 'inline_message_id' in content || FOREIGN_CHAT.some((key) => key in message)) return false;
    return isOperatorIn(content['from'], message['chat']);
  }
  if (kind !== 'message' || typeof content['text'] !== 'string') return false;
  if (FOREIGN.some((key) => key in content) || FLAGS.some((key) => content[key])) return false;
  return isOperatorIn(content['from'], content['chat']);
}

function isOperatorIn(from: unknown, chat: unknown): boolean {
  const id = loose(from)?.['id'];
  const place = loose(chat)?.['id'];
  return (
    OPERATORS.some((operator) => operator === id) &&
    loose(from)?.['is_bot'] === false &&
    (place === id || GROUPS.some((group) => group === place))
  );
}

function loose(value: unknown): Loose | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : undefined;
}
