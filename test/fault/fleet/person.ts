import { jobId } from '#src/wire/ids.ts';
import type { Chat, Message, Pressable } from '../../flow/chat.ts';
import { buttonsOf } from '../../flow/chat.ts';

/** A question that still has its button after this time is pressed again, in ms. */
const AGAIN_MS = 10_000;
/** When nothing has happened for this long, the person asks again, in ms. */
const NOTHING_MS = 30_000;

/** One yes, with what the bot said to it. */
export interface Yes extends Pressable {
  /** The job that it becomes. */
  job: string;
  at: number;
  /** Null: no answer. Undefined: not yet. */
  answer?: string | null;
}

/** Ada, who wants `web` on alpha restarted: presses the newest question, and asks again when a question is over or nothing happens. */
export class Person {
  readonly yeses: Yes[] = [];
  asked = 0;
  readonly #chat: Chat;
  #busy = false;
  #seen = '';
  #seenAt = 0;
  #wantsAgain = false;

  constructor(chat: Chat) {
    this.#chat = chat;
  }

  /** Jobs of which the bot has said that it is on them. */
  get confirmed(): string[] {
    return this.yeses.filter(({ answer }) => /^(On it|You have answered)/.test(answer ?? '')).map(({ job }) => job);
  }

  async ask(): Promise<void> {
    this.asked += 1;
    this.#wantsAgain = false;
    this.#seenAt = performance.now();
    await this.#chat.say('/restart alpha web');
  }

  /** Looks at the chat and does the next thing; `mayPress` holds the finger back. `waits`: something is under way, or all is told. */
  look(messages: readonly Message[], { mayPress, waits }: { mayPress: boolean; waits: boolean }): void {
    const now = performance.now();
    const seen = JSON.stringify(messages.map(({ message_id, edits }) => [message_id, edits]));
    if (seen !== this.#seen) this.#seenAt = now;
    this.#seen = seen;
    if (this.#busy) return;
    const question = questionsIn(messages).findLast((button) => !this.#pressedLately(button, now));
    if (question && mayPress) void this.#press(question, now);
    if (question || waits) return;
    const isGivenUp = this.#wantsAgain && questionsIn(messages).length === 0;
    if (isGivenUp || now - this.#seenAt > NOTHING_MS) void this.ask().catch(() => {});
  }

  #pressedLately({ message, data }: Pressable, now: number): boolean {
    return this.yeses.some((yes) => yes.message === message && yes.data === data && now - yes.at < AGAIN_MS);
  }

  async #press(button: Pressable, at: number): Promise<void> {
    const yes: Yes = { ...button, at, job: jobId(`confirm ${button.data.slice(2)}`, 'alpha') };
    this.yeses.push(yes);
    this.#busy = true;
    // A message that was deleted under the finger has no answer.
    const answer = await this.#chat.press(button).catch(() => null);
    this.#busy = false;
    yes.answer = answer?.text ?? null;
    if (/no longer valid|expired|Ask again/.test(yes.answer ?? '')) this.#wantsAgain = true;
  }
}

/** The buttons that say yes, oldest first. */
export function questionsIn(messages: readonly Message[]): Pressable[] {
  return messages.flatMap(buttonsOf).filter(({ data }) => data.startsWith('y:'));
}
