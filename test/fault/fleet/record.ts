import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { shortId } from '#src/wire/ids.ts';
import { ADA } from '../../fixtures/fleet.ts';
import type { Message } from '../../flow/chat.ts';
import { buttonsOf } from '../../flow/chat.ts';

const Work = z.looseObject({ kind: z.string() });
const Ending = z.looseObject({ verdict: z.string(), reply: z.looseObject({ title: z.string() }) });

/** One run as the agent's journal has it. */
export interface Run {
  job: string;
  /** Whether its order ever reached the node. */
  came: boolean;
  /** Whether it has begun to change something. */
  begun: boolean;
  verdict: string | undefined;
  /** The first words of its verdict. */
  title: string;
}

/** The runs in a journal. What was noted as ended without ever having come counts too, so that its verdict is looked for. */
export function runsIn(file: string): Run[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return db
      .prepare('SELECT job, work, once_step, ending FROM jobs ORDER BY rowid')
      .all()
      .flatMap(({ job, work, once_step, ending }) => {
        if (typeof work === 'string' && Work.parse(JSON.parse(work)).kind !== 'run') return [];
        const ended = typeof ending === 'string' ? Ending.safeParse(JSON.parse(ending)).data : undefined;
        return [
          {
            ...{ job: String(job), came: work !== null, begun: once_step !== null },
            ...{ verdict: ended?.verdict, title: ended?.reply.title ?? '' },
          },
        ];
      });
  } finally {
    db.close();
  }
}

/** Which of the bot's messages have ever shown a question or a job, over a whole trial. */
export class Sightings {
  readonly #of = new Map<string, Set<number>>();
  /** The job of which a message has said how it ended. */
  readonly #ended = new Map<number, string>();

  look(messages: readonly Message[]): void {
    for (const message of messages) {
      const { message_id, from, text = '' } = message;
      if (from?.id === ADA) continue;
      const confirms = buttonsOf(message).flatMap(({ data }) => (data.startsWith('y:') ? [data.slice(2)] : []));
      const job = footer(text);
      if (job !== undefined && !isUnfinished(text)) this.#ended.set(message_id, job);
      for (const seen of [...confirms, ...(job === undefined ? [] : [job])])
        this.#of.set(seen, (this.#of.get(seen) ?? new Set()).add(message_id));
    }
  }

  /** Whether a job has ever been in the chat. */
  has(job: string): boolean {
    return this.#of.has(shortId(job));
  }

  /** Messages that once said how a job ended, and now say something else. */
  turned(messages: readonly Message[]): Message[] {
    return messages.filter(({ message_id, text = '' }) => {
      const job = this.#ended.get(message_id);
      return job !== undefined && (footer(text) !== job || isUnfinished(text));
    });
  }

  /** The most messages that one question, or one job, has had. */
  get most(): number {
    return Math.max(0, ...[...this.#of.values()].map(({ size }) => size));
  }
}

/** Messages that show how a job ended. */
export function verdictsOn(messages: readonly Message[], job: string): Message[] {
  return messages.filter(
    ({ from, text = '' }) => from?.id !== ADA && footer(text) === shortId(job) && !isUnfinished(text),
  );
}

/** Whether a message says how a job ended. */
export function hasEnded({ text = '' }: Pick<Message, 'text'>): boolean {
  return footer(text) !== undefined && !isUnfinished(text);
}

/** Whether the bot has written a message. */
export function isBots({ from }: Pick<Message, 'from'>): boolean {
  return from?.id !== ADA;
}

/** Whether a text shows these words; what the bot puts between letters so that no app makes a link of them is left out. */
export function shows(text: string, words: string): boolean {
  const bare = (shown: string) => shown.replace(/[\u200b-\u200d\u2060]/g, '');
  return bare(text).includes(bare(words));
}

/** The job that a message is about, by its last line. */
export function footer(text: string): string | undefined {
  return /^job ([0-9a-z]{6})\b/m.exec(text)?.[1];
}

/** Whether a text says that something is still under way. */
export function isUnfinished(text: string): boolean {
  return text.startsWith('⏳') || text.includes('No word from');
}
