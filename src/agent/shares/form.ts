import { Problem } from '#src/kit/problem.ts';

/** A share of several is one byte longer than the key that they make; of one of one, it is the key itself. */
const LENGTHS = [33, 32];

/** The bytes of one unseal key as Vault prints it: in hexadecimal digits or base64, with or without the words before it. Throws Problem `share`, without what was given. */
export function readShare(text: string): Buffer {
  const bare = text.trim().replace(/^(?:Unseal|Recovery) Key \d+:\s*/i, '');
  if (/^recovery/i.test(text.trim()))
    throw wrong('it is a recovery key, and those open nothing. This Vault opens by itself');
  if (bare === '') throw wrong('nothing was given');
  if (/\s/.test(bare)) throw wrong('it is more than one word. Give one share, one line');
  const bytes = bytesOf(bare);
  if (!bytes) throw wrong('it is neither hexadecimal digits nor base64. Give it as Vault printed it');
  if (LENGTHS.includes(bytes.length)) return bytes;
  throw wrong(
    `it has ${bytes.length} bytes, and a share has 33 (of a Vault with one key alone, 32). Give the whole of it`,
  );
}

function bytesOf(text: string): Buffer | undefined {
  if (/^(?:[0-9a-f]{2})+$/i.test(text)) return Buffer.from(text, 'hex');
  const plain = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  const bytes = Buffer.from(plain, 'base64');
  return bytes.toString('base64').replace(/=+$/, '') === plain ? bytes : undefined;
}

function wrong(why: string): Problem {
  return new Problem('share', `That is no unseal key: ${why}.`);
}
