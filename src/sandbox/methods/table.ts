import { answerCallbackQuery } from './answerCallbackQuery.ts';
import { getChat, leaveChat, sendChatAction } from './chat.ts';
import { deleteMyCommands, getMyCommands, setMyCommands } from './commands.ts';
import { deleteMessage } from './deleteMessage.ts';
import { editMessageReplyMarkup, editMessageText } from './edit.ts';
import { getFile } from './getFile.ts';
import { getMe } from './getMe.ts';
import type { Method } from './method.ts';
import { sendDocument } from './sendDocument.ts';
import { sendMessage } from './sendMessage.ts';
import { setMessageReaction } from './setMessageReaction.ts';
import { getUpdates } from './updates.ts';
import { deleteWebhook, getWebhookInfo, setWebhook } from './webhook.ts';

const METHODS: Record<string, Method> = {
  getMe,
  getUpdates,
  setWebhook,
  deleteWebhook,
  getWebhookInfo,
  sendMessage,
  editMessageText,
  editMessageReplyMarkup,
  deleteMessage,
  answerCallbackQuery,
  sendDocument,
  setMyCommands,
  getMyCommands,
  deleteMyCommands,
  sendChatAction,
  setMessageReaction,
  leaveChat,
  getChat,
  getFile,
};

const BY_NAME = new Map(Object.entries(METHODS).map(([name, run]) => [name.toLowerCase(), { name, run }]));

/** A method by its name in any case, with the name as it is documented. */
export function findMethod(name: string): { name: string; run: Method } | undefined {
  return BY_NAME.get(name.toLowerCase());
}
