import { z } from 'zod';
import { waitUntil } from '#src/kit/waitUntil.ts';

const Button = z.object({ text: z.string(), callback_data: z.string().optional(), style: z.string().optional() });
const Message = z.object({
  message_id: z.number(),
  message_thread_id: z.number().optional(),
  from: z.object({ id: z.number() }).optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  date: z.number(),
  edits: z.number(),
  reply_to_message: z.object({ message_id: z.number() }).optional(),
  entities: z.array(z.object({ type: z.string(), offset: z.number(), length: z.number() })).optional(),
  document: z.object({ file_name: z.string(), file_id: z.string() }).optional(),
  reply_markup: z.object({ inline_keyboard: z.array(z.array(Button)) }).optional(),
  has_protected_content: z.boolean().optional(),
});
export type Message = z.infer<typeof Message>;

const DAILY = /^🧾 Where the audits stand today/;

/** A button that can be pressed, on the message that carries it. */
export interface Pressable {
  message: number;
  text: string;
  data: string;
}

/** One person in one chat of the sandbox: types, presses and reads as a person would. */
export class Chat {
  readonly #url: string;
  readonly chat: number;
  readonly from: number;

  constructor(url: string, chat: number, from: number) {
    this.#url = url;
    this.chat = chat;
    this.from = from;
  }

  /** Types a text; `more` are the sandbox's extra fields. Answers with the message's id. */
  async say(text: string, more: object = {}): Promise<number> {
    const said = await this.#post('say', { chat: this.chat, from: this.from, text, ...more });
    return z.object({ message: z.object({ message_id: z.number() }) }).parse(said).message.message_id;
  }

  /** Presses a button and answers with what the bot said to it. */
  async press({ message, data }: Pick<Pressable, 'message' | 'data'>): Promise<{
    text?: string | undefined;
    show_alert?: boolean | undefined;
  } | null> {
    const pressed = await this.#post('press', { chat: this.chat, from: this.from, message_id: message, data });
    return z
      .object({ answer: z.object({ text: z.string().optional(), show_alert: z.boolean().optional() }).nullable() })
      .parse(pressed).answer;
  }

  async messages(): Promise<Message[]> {
    const response = await fetch(`${this.#url}/sandbox/chat/${this.chat}`);
    return z.object({ messages: z.array(Message) }).parse(await response.json()).messages;
  }

  /** Messages of the bot whose text has this in it. */
  async showing(words: string | RegExp): Promise<Message[]> {
    const has = (text: string) => (typeof words === 'string' ? text.includes(words) : words.test(text));
    return (await this.messages()).filter(({ from, text }) => from?.id !== this.from && has(text ?? ''));
  }

  /** Waits for the bot's newest message with these words, at most `withinMs`. */
  async until(words: string | RegExp, withinMs = 10_000): Promise<Message> {
    return await waitUntil(async () => (await this.showing(words)).at(-1), {
      withinMs,
      everyMs: 15,
      what: `a message with ${words}`,
    });
  }

  /** Waits until one message has these words. */
  async edited(id: number, words: RegExp): Promise<Message> {
    return await waitUntil(async () => (await this.showing(words)).find(({ message_id }) => message_id === id), {
      ...{ withinMs: 10_000, everyMs: 15, what: `message ${id} with ${words}` },
    });
  }

  /** Types a text and waits for the bot's first message behind it, but for the one that it sends once a day. */
  async ask(text: string, more: object = {}): Promise<Message> {
    const asked = await this.say(text, more);
    const answer = async () =>
      (await this.messages()).find(
        ({ message_id, from, text }) => message_id > asked && from?.id !== this.from && !DAILY.test(text ?? ''),
      );
    return await waitUntil(answer, { withinMs: 10_000, everyMs: 15, what: `the answer to ${text}` });
  }

  /** All buttons in the chat whose data fits. */
  async buttons(data: RegExp): Promise<Pressable[]> {
    return (await this.messages()).flatMap((message) => buttonsOf(message)).filter((button) => data.test(button.data));
  }

  async #post(path: string, body: object): Promise<unknown> {
    const response = await fetch(`${this.#url}/sandbox/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`/sandbox/${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  }
}

/** The buttons below one message that carry data. */
export function buttonsOf({ message_id: message, reply_markup }: Message): Pressable[] {
  const all = reply_markup?.inline_keyboard.flat() ?? [];
  return all.flatMap(({ text, callback_data: data }) => (data === undefined ? [] : [{ message, text, data }]));
}
