import type { Fleet } from '../../fixtures/fleet.ts';
import { BEN } from '../../fixtures/fleet.ts';
import type { Chat, Message } from '../../flow/chat.ts';
import { buttonsOf } from '../../flow/chat.ts';

/** A button that is there still after this time is pressed again, in ms. */
const AGAIN_MS = 6_000;
/** What ends an attempt, in the bot's own words. */
const ENDED =
  /^(✅ main|❌|⚠️)|declined by|^Cancelled by|has expired|^main takes \d|is being opened already|^You asked for/;

/** Ada, who wants the Vault open, and Ben, who has to agree. */
export class People {
  readonly #ada: Chat;
  readonly #ben: Chat;
  readonly #pressed = new Map<string, number>();
  #asked = 0;

  constructor(fleet: Fleet) {
    this.#ada = fleet.chat();
    this.#ben = fleet.chat(BEN);
  }

  async ask(command: string): Promise<void> {
    this.#asked = await this.#ada.say(command);
  }

  /** Both press what they are asked; answers with how the last request ended, once it has. */
  async look({ declines }: { declines: boolean }): Promise<string | undefined> {
    const [hers, his] = await Promise.all([this.#ada.messages(), this.#ben.messages()]);
    const mine = hers.filter(({ message_id, from }) => message_id > this.#asked && from?.id !== this.#ada.from);
    const ended = mine.find((message) => ENDED.test(bare(message.text)) && !waits(message));
    if (ended) return bare(ended.text);
    this.#press(this.#ada, mine, /^y:/);
    this.#press(this.#ben, his, declines ? /^n:/ : /^y:/);
    return undefined;
  }

  #press(chat: Chat, messages: readonly Message[], data: RegExp): void {
    const button = messages.flatMap(buttonsOf).findLast((each) => data.test(each.data));
    if (!button) return;
    const key = `${chat.from} ${button.data} ${messages.find(({ message_id }) => message_id === button.message)?.edits}`;
    const now = performance.now();
    if (now - (this.#pressed.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    this.#pressed.set(key, now);
    void chat.press(button).catch(() => {});
  }
}

function waits(message: Message): boolean {
  return buttonsOf(message).some(({ data }) => data.startsWith('y:'));
}

function bare(text = ''): string {
  return text.replace(/[\u200b-\u200d\u2060]/g, '');
}
