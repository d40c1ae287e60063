import { createHash, randomBytes } from 'node:crypto';

// Crockford's alphabet: no i, l, o, u, so that an id can be read from one screen and typed on another.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** The id of a job: 130 bits of SHA-256 over its intent and node, so that the same intent can never be two jobs on a node. */
export function jobId(intent: string, node: string): string {
  return encode(createHash('sha256').update(`${intent}\n${node}`).digest());
}

/** The id of a text: 130 bits of its SHA-256. */
export function idOf(text: string): string {
  return encode(createHash('sha256').update(text).digest());
}

/** A fresh opaque id of 130 random bits. */
export function freshId(): string {
  return encode(randomBytes(17));
}

/** The part of an id that the chat shows; `/job` takes any beginning that is clear. */
export function shortId(id: string): string {
  return id.slice(0, 6);
}

function encode(bytes: Uint8Array): string {
  const bits = [...bytes.subarray(0, 17)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: 26 }, (_, i) => ALPHABET[Number.parseInt(bits.slice(i * 5, i * 5 + 5), 2)]).join('');
}
