import type { Message } from 'grammy/types';
import { splitWords } from '#src/operation/args.ts';

/** A command as it was typed: `/logs@our_bot alpha web` is `logs` with two words. */
export interface Command {
  name: string;
  words: string[];
}

/** A command as it must stand at the beginning of a text, letter by letter: look-alikes and letters that become others in lower case are none. */
const FORM = /^\/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,64}))?$/;

/** Reads a command at the very beginning of a text; undefined for other text and for commands to other bots. */
export function readCommand(
  { text, entities }: Pick<Message.TextMessage, 'text' | 'entities'>,
  bot: string,
): Command | undefined {
  const entity = commandAt(entities);
  const [, name, addressee] = FORM.exec(text.slice(0, entity?.length ?? 0)) ?? [];
  if (!entity || name === undefined) return undefined;
  if (addressee !== undefined && addressee.toLowerCase() !== bot.toLowerCase()) return undefined;
  return { name: name.toLowerCase(), words: splitWords(text.slice(entity.length)) };
}

/** Whether a text begins with what Telegram calls a command and we do not, or with more than one of them. */
export function hasOddCommand({ text, entities }: Pick<Message.TextMessage, 'text' | 'entities'>): boolean {
  const first = entities?.filter(({ type, offset }) => type === 'bot_command' && offset === 0) ?? [];
  return (
    first.length > 1 ||
    first.some(({ length }) => !FORM.test(text.slice(0, length)) || /^[\p{L}\p{N}\p{M}_]/u.test(text.slice(length)))
  );
}

function commandAt(entities: Message.TextMessage['entities']) {
  return entities?.find(({ type, offset }) => type === 'bot_command' && offset === 0);
}
