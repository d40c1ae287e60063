import { z } from 'zod';

/** How good the news is: it picks the mark in front of a line and the order of lines. */
export const Tone = z.enum(['ok', 'info', 'warn', 'bad']);
export type Tone = z.infer<typeof Tone>;

/** One line of a reply: `Disk  45 GB free of 200 · at least 10`. */
export const Fact = z.strictObject({
  label: z.string().max(64),
  value: z.string().max(400),
  limit: z.string().max(100).optional(),
  tone: Tone.optional(),
});
export type Fact = z.infer<typeof Fact>;

/** A button that opens an ordinary command on the node that replied. */
export const ReplyButton = z.strictObject({
  label: z.string().min(1).max(40),
  operation: z.string().max(32),
  input: z.record(z.string().max(32), z.union([z.string().max(200), z.boolean()])),
});
export type ReplyButton = z.infer<typeof ReplyButton>;

/** So many buttons go under one message. */
export const MAX_BUTTONS = 8;

/** What an operation has to say, without any trace of the chat that shows it: result first, then facts, then quoted output. */
export const Reply = z.strictObject({
  tone: Tone,
  title: z.string().min(1).max(300),
  facts: z.array(Fact).max(60).default([]),
  block: z.strictObject({ label: z.string().max(120), text: z.string().max(120_000) }).optional(),
  buttons: z.array(ReplyButton).max(MAX_BUTTONS).default([]),
});
export type Reply = z.infer<typeof Reply>;

/** A reply as a handler writes it: lists may be left out. */
export type ReplyInput = z.input<typeof Reply>;

/** The worst of some tones: the tone of the whole. */
export function worst(tones: readonly (Tone | undefined)[]): Tone {
  const rank = Math.max(0, ...tones.map((tone) => (tone ? Tone.options.indexOf(tone) : 0)));
  return Tone.options[rank] ?? 'ok';
}
