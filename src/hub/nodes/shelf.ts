import type { Logger } from 'pino';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { RecordSeal } from '#src/wire/record.ts';

/** How often a change is tried anew when another hub was quicker. */
const TRIES = 5;

/** Records of one kind that the hub keeps for itself: sealed, so that the ledger can neither read nor make them. */
export interface Shelf<T> {
  all(): Promise<Map<string, T>>;
  /** Changes one record from what it is now; `how` is asked again when another hub was quicker, and answers undefined for none. What `how` throws is thrown, and nothing is written. */
  change(name: string, how: (before: T | undefined) => T | undefined): Promise<T | undefined>;
}

/** What shelves are made of. */
export interface ShelfDeps {
  ledger: Pick<HubLedger, 'shelf' | 'shelve'>;
  seal: RecordSeal;
  log: Logger;
}

/** What stands under a name, and the text of it. */
interface Stands<T> {
  text: string | undefined;
  version: number;
  value: T | undefined;
}

/**
 * One shelf. A text that this hub has not sealed under that name is as good as none. On a shelf that is `lasting` nothing
 * is ever taken away or set back while this process lives: of a record that the ledger has lost, or has older than this
 * process has seen it, what was seen is put back.
 */
export function createShelf<T>(
  { ledger, seal, log }: ShelfDeps,
  shelf: string,
  schema: z.ZodType<T>,
  { lasting = false } = {},
): Shelf<T> {
  const Versioned = z.union([
    z.strictObject({ version: z.number().int(), value: schema }),
    // As they were before they had a version.
    schema.transform((value) => ({ version: 0, value })),
  ]);
  const bad = new Set<string>();
  const seen = new Map<string, Stands<T>>();

  const read = (name: string, text: string | undefined): Stands<T> => {
    const nothing = { text, version: -1, value: undefined };
    if (text === undefined) return nothing;
    try {
      return { text, ...seal.open(`${shelf} ${name}`, text, Versioned) };
    } catch (err) {
      if (!bad.has(text)) log.error({ err, shelf, name }, 'a record is not one of this hub, and counts for nothing');
      bad.add(text);
      return nothing;
    }
  };
  const settle = async (name: string, text: string | undefined): Promise<Stands<T>> => {
    const found = read(name, text);
    const last = seen.get(name);
    if (last && found.version < last.version) {
      log.error({ shelf, name }, 'the ledger has lost a record or set it back; it is put there again');
      // When another hub was quicker, what that one wrote is read at the next look.
      await ledger.shelve({ shelf, name, from: text, to: last.text });
      return last;
    }
    if (lasting && found.value !== undefined) seen.set(name, found);
    return found;
  };

  return {
    async all() {
      const texts = await ledger.shelf(shelf);
      const names = [...new Set([...Object.keys(texts), ...seen.keys()])];
      const found = await Promise.all(names.map(async (name) => ({ name, ...(await settle(name, texts[name])) })));
      return new Map(found.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])));
    },
    async change(name, how) {
      for (let tried = 0; tried < TRIES; tried += 1) {
        const before = await settle(name, (await ledger.shelf(shelf))[name]);
        const value = how(before.value);
        const version = before.version + 1;
        const text = value === undefined ? undefined : seal.close(`${shelf} ${name}`, { version, value });
        if (!(await ledger.shelve({ shelf, name, from: before.text, to: text }))) continue;
        if (lasting && value !== undefined) seen.set(name, { text, version, value });
        return value;
      }
      throw new Problem('registry', `The record of ${name} is being changed by others as well. Try again in a moment.`);
    },
  };
}
