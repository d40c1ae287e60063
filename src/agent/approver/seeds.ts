import { join } from 'node:path';
import { z } from 'zod';
import { readPrivate, writePrivate } from '#src/kit/privateFile.ts';
import { Problem } from '#src/kit/problem.ts';

/** Bytes of a seed: what RFC 4226 recommends. */
export const SEED_BYTES = 20;

const Person = z.strictObject({
  /** Numeric Telegram id. */
  operator: z.number().int().positive(),
  name: z.string().min(1).max(40),
  seed: z
    .string()
    .regex(/^[A-Za-z0-9_-]{27}$/)
    .transform((text) => new Uint8Array(Buffer.from(text, 'base64url'))),
  /** ms since 1970. */
  addedAt: z.number().int(),
});
/** A person whose authenticator this machine knows. */
export type Person = z.infer<typeof Person>;

const SeedFile = z.strictObject({ v: z.literal(1), people: z.array(Person).max(200) });

/** Where an approver keeps its seeds; the name keeps the file out of backups, for a seed in a backup is a seed in two places. */
export function seedsFile(state: string): string {
  return join(state, 'keys', 'approver.nobackup.json');
}

/** The people whose seeds a file holds; nobody when it is not there. Throws Problem `seeds` when it is not the owner's alone, or is no such file. */
export async function readSeeds(file: string): Promise<Person[]> {
  const text = await readPrivate(file, 'seeds');
  if (text === undefined) return [];
  const parsed = SeedFile.safeParse(parseJson(text));
  // Not the parser's complaint, which may quote what it read.
  if (!parsed.success) throw wrong(`${file} is not a file of seeds. Move it away and add the people anew`);
  return parsed.data.people;
}

/** Writes the people with their seeds for the owner alone. */
export async function writeSeeds(file: string, people: readonly Person[]): Promise<void> {
  const rows = people.map((person) => ({ ...person, seed: Buffer.from(person.seed).toString('base64url') }));
  await writePrivate(file, JSON.stringify({ v: 1, people: rows }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wrong(sentence: string, cause?: unknown): Problem {
  return new Problem('seeds', `${sentence}.`, { cause });
}
