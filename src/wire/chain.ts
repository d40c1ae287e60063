import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseExact } from './canonical.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** Where a chain of records stands: its own id, how many records it has had, and the hash of the last one (the chain's id before the first). */
export const Head = z.strictObject({
  chain: z.string().regex(/^[0-9a-z]{26}$/),
  seq: z.number().int().nonnegative(),
  h: z.union([digest, z.string().regex(/^[0-9a-z]{26}$/)]),
});
export type Head = z.infer<typeof Head>;

/** A head as a person noted it: the number of a record and the beginning of its hash. */
export interface Anchor {
  seq: number;
  h: string;
}

/** How a check ended: with the head that the records reach, or at the first record that is wrong. */
export type Checked = { ok: true; head: Head } | { ok: false; seq: number; why: string };

const Link = z.looseObject({ seq: z.number().int().positive(), prev: z.string(), h: digest });
const ANCHOR = /^(\d{1,15}):([0-9a-f]{16,64})$/;

/** A chain that has no record yet. */
export function firstHead(chain: string): Head {
  return { chain, seq: 0, h: chain };
}

/** Appends an entry: the line to keep, one JSON object, and the head after it. Its `h` is the SHA-256 over the line without `h`. */
export function link(head: Head, entry: object): { line: string; head: Head } {
  const body = { seq: head.seq + 1, prev: head.h, ...entry };
  const h = hashOf(body);
  return { line: JSON.stringify({ ...body, h }), head: { chain: head.chain, seq: body.seq, h } };
}

/** Follows a chain from a head that is known, through all its lines; each anchor that lies behind it has to be met. */
export function checkChain(lines: Iterable<string>, from: Head, anchors: readonly Anchor[] = []): Checked {
  let head = from;
  for (const line of lines) {
    const why = step(line, head);
    if (typeof why === 'string') return { ok: false, seq: head.seq + 1, why };
    head = why;
    const missed = anchors.find(({ seq, h }) => seq === head.seq && !head.h.startsWith(h));
    if (missed) return { ok: false, seq: head.seq, why: `it is not the record that was anchored as ${noted(missed)}` };
  }
  const beyond = anchors.find(({ seq }) => seq > head.seq);
  if (beyond) return { ok: false, seq: head.seq + 1, why: `it is missing: ${noted(beyond)} was anchored` };
  return { ok: true, head };
}

/** Reads a head as it was told in the chat, `812:9f3c…`; undefined when it is none. */
export function readAnchor(text: string): Anchor | undefined {
  const [, seq, h] = ANCHOR.exec(text) ?? [];
  return seq === undefined || h === undefined ? undefined : { seq: Number(seq), h };
}

/** A head in the words of the chat: 128 bits of the hash are enough to know it again. */
export function noted({ seq, h }: Anchor): string {
  return `${seq}:${h.slice(0, 32)}`;
}

/** The head after a line, or what is wrong with it. */
function step(line: string, before: Head): Head | string {
  const found = parseExact(Buffer.from(line));
  const link = Link.safeParse(found);
  if (!link.success || typeof found !== 'object') return 'its text is not a record as it was written';
  const { seq, prev, h } = link.data;
  if (seq !== before.seq + 1) return `record ${seq} stands in its place`;
  if (prev !== before.h) return 'it does not follow the record before it';
  if (hashOf({ ...found, h: undefined }) !== h) return 'its content is not what was hashed';
  return { chain: before.chain, seq, h };
}

function hashOf(body: object): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex');
}
