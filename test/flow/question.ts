import type { Chat, Message, Pressable } from './chat.ts';
import { buttonsOf } from './chat.ts';

/** Types a change and waits for its question. */
export async function asked(chat: Chat, text: string): Promise<Message> {
  await chat.say(text);
  return await chat.until(/ has .+ to answer\.$/m);
}

/** The button that says yes to a question. */
export function yes(message: Message): Pressable {
  return buttonsOf(message).find(({ data }) => data.startsWith('y:')) ?? nothing();
}

/** The button that says no to a question. */
export function no(message: Message): Pressable {
  return buttonsOf(message).find(({ data }) => data.startsWith('n:')) ?? nothing();
}

/** For a button that should be there and is not. */
export function nothing(): never {
  throw new Error('there is no such button');
}
