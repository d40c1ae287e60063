import type { CallbackQuery, ChatMemberUpdated, Message, Update, User } from 'grammy/types';
import type { HubConfig, Operator } from '../config.ts';
import { hasOddCommand } from '../words/command.ts';
import type { Move } from './moved.ts';
import { moveOf } from './moved.ts';
import { isOfForm } from './updateForm.ts';

/** What passed: an operator's own words in an allowed chat, or a press of theirs on a message of the bot. */
export type Admitted =
  | { kind: 'text'; operator: Operator; message: Message.TextMessage }
  | { kind: 'press'; operator: Operator; query: CallbackQuery; message: { chat: number; id: number } };

/** The bot's own place in a chat has changed; `leave`: it is not on the list. */
export interface Membership {
  kind: 'membership';
  chat: number;
  by: number;
  status: string;
  leave: boolean;
}

/** `from` is the stranger's id when an unlisted person was turned away, so that the log can say how to let them in. */
export type Ruling =
  | Admitted
  | Membership
  | { kind: 'move'; move: Move }
  | { kind: 'dropped'; because: string; from?: number };

/** Decides before anything else whether an update is heard at all: numeric id and chat must both be on the list, and the words must be the person's own. */
export function judgeUpdate(update: Update, config: HubConfig): Ruling {
  const kinds = Object.entries(update).flatMap(([key, value]) =>
    key === 'update_id' || value === undefined ? [] : [key],
  );
  if (kinds.length > 1) return { kind: 'dropped', because: 'several updates in one' };
  if (!isOfForm(update)) return { kind: 'dropped', because: 'it has not the form of an update' };
  const move = moveOf(update);
  if (move) return { kind: 'move', move };
  if (update.message) return judgeMessage(update.message, config);
  if (update.callback_query) return judgePress(update.callback_query, config);
  if (update.my_chat_member) return judgeMembership(update.my_chat_member, config);
  return { kind: 'dropped', because: `updates of kind ${kinds.join(', ') || 'none'} are not heard` };
}

function judgeMessage(message: Message, config: HubConfig): Ruling {
  const strange = strangeness(message);
  if (strange) return { kind: 'dropped', because: strange };
  const operator = operatorOf(message.from, config);
  if ('because' in operator) return operator;
  if (!isAllowedChat(message.chat.id, operator.id, config))
    return { kind: 'dropped', because: `chat ${message.chat.id} is not on the list` };
  if (message.text === undefined) return { kind: 'dropped', because: 'it has no text' };
  if (hasOddCommand({ ...message, text: message.text }))
    return { kind: 'dropped', because: 'its command is not plain letters' };
  return { kind: 'text', operator, message: message as Message.TextMessage };
}

function judgePress(query: CallbackQuery, config: HubConfig): Ruling {
  if (query.message === undefined || query.inline_message_id !== undefined)
    return { kind: 'dropped', because: 'a press on no message of ours' };
  const operator = operatorOf(query.from, config);
  if ('because' in operator) return operator;
  if (isForOthers(query.message)) return { kind: 'dropped', because: 'a press in a chat of somebody else' };
  const { chat, message_id: id } = query.message;
  if (!isAllowedChat(chat.id, operator.id, config))
    return { kind: 'dropped', because: `chat ${chat.id} is not on the list` };
  return { kind: 'press', operator, query, message: { chat: chat.id, id } };
}

function judgeMembership(change: Partial<ChatMemberUpdated>, config: HubConfig): Ruling {
  const { chat, from, new_chat_member: place } = change;
  if (!chat || !from || !place) return { kind: 'dropped', because: 'a membership of nobody' };
  const isIn = place.status !== 'left' && place.status !== 'kicked';
  const leave = isIn && chat.type !== 'private' && !config.chats.includes(chat.id);
  return { kind: 'membership', chat: chat.id, by: from.id, status: place.status, leave };
}

/** Words that are not, or not surely, what this person has just typed. */
function strangeness(message: Message): string | undefined {
  if (message.sender_chat !== undefined) return 'sent in the name of a chat';
  if (message.forward_origin !== undefined) return 'forwarded';
  if (message.via_bot !== undefined) return 'sent through another bot';
  if (message.is_automatic_forward) return 'forwarded from a channel';
  if (message.is_from_offline) return 'scheduled earlier';
  if (message.edit_date !== undefined) return 'edited';
  if (isForOthers(message)) return 'sent for somebody else';
  if (message.caption !== undefined && message.text !== undefined) return 'both a text and a caption';
  return undefined;
}

/** Of a chat that the bot is not in: a business account's, or one into which it was called as a guest. Its number may be that of an operator's own chat. */
function isForOthers(message: object): boolean {
  return FOR_OTHERS.some((field) => field in message);
}

const FOR_OTHERS = [
  'business_connection_id',
  'sender_business_bot',
  'guest_query_id',
  'guest_bot_caller_user',
  'guest_bot_caller_chat',
] satisfies (keyof Message)[];

function operatorOf(from: User | undefined, config: HubConfig): Operator | Extract<Ruling, { kind: 'dropped' }> {
  if (!from) return { kind: 'dropped', because: 'it has no sender' };
  if (from.is_bot) return { kind: 'dropped', because: 'sent by a bot' };
  const operator = config.operators.find(({ id }) => id === from.id);
  return operator ?? { kind: 'dropped', because: `add ${from.id} to operators to let them in`, from: from.id };
}

function isAllowedChat(chat: number, operator: number, config: HubConfig): boolean {
  return chat === operator || config.chats.includes(chat);
}
