import type { Logger } from 'pino';
import type { z } from 'zod';
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

/** One shelf. A text that this hub has not sealed under that name is as good as none. */
export function createShelf<T>({ ledger, seal, log }: ShelfDeps, shelf: string, schema: z.ZodType<T>): Shelf<T> {
  const bad = new Set<string>();
  const read = (name: string, text: string | undefined): T | undefined => {
    if (text === undefined) return undefined;
    try {
      return seal.open(`${shelf} ${name}`, text, schema);
    } catch (err) {
      if (!bad.has(text)) log.error({ err, shelf, name }, 'a record is not one of this hub, and counts for nothing');
      bad.add(text);
      return undefined;
    }
  };
  return {
    async all() {
      const found = Object.entries(await ledger.shelf(shelf)).flatMap(([name, text]) => {
        const value = read(name, text);
        return value === undefined ? [] : [[name, value] as const];
      });
      return new Map(found);
    },
    async change(name, how) {
      for (let tried = 0; tried < TRIES; tried += 1) {
        const from = (await ledger.shelf(shelf))[name];
        const value = how(read(name, from));
        const to = value === undefined ? undefined : seal.close(`${shelf} ${name}`, value);
        if (await ledger.shelve({ shelf, name, from, to })) return value;
      }
      throw new Problem('registry', `The record of ${name} is being changed by others as well. Try again in a moment.`);
    },
  };
}
