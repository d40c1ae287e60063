import type { Message } from 'grammy/types';
import { splitWords } from '#src/operation/args.ts';

/** A command as it was typed: `/logs@our_bot alpha web` is `logs` with two words. */
export interface Command {
  name: string;
  words: string[];
}

/** Reads a command at the very beginning of a text; undefined for other text and for commands to other bots. */
export function readCommand(
  { text, entities }: Pick<Message.TextMessage, 'text' | 'entities'>,
  bot: string,
): Command | undefined {
  const entity = entities?.find(({ type, offset }) => type === 'bot_command' && offset === 0);
  if (!entity) return undefined;
  const [name = '', addressee] = text.slice(1, entity.length).split('@');
  if (addressee !== undefined && addressee.toLowerCase() !== bot.toLowerCase()) return undefined;
  return { name: name.toLowerCase(), words: splitWords(text.slice(entity.length)) };
}
