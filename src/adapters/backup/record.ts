import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writePrivate } from '#src/kit/privateFile.ts';
import { CHORES } from '#src/operation/backupKnown.ts';

/** Sizes that are kept: the newest, and ten to compare it with. */
const SIZES = 11;

const Run = z.object({
  doneAt: z.number().optional(),
  tookMs: z.number().optional(),
  triedAt: z.number().optional(),
  failures: z.number().default(0),
  failure: z.object({ code: z.string(), because: z.string(), places: z.array(z.string()) }).optional(),
});
export type Run = z.infer<typeof Run>;

/** What is kept of a set: its own runs of each chore, and when each destination last got all of it. */
export const SetRecord = z.object({
  since: z.number(),
  chores: z.partialRecord(z.enum(CHORES), Run).default({}),
  places: z.record(z.string(), z.number()).default({}),
  sizes: z.array(z.number()).default([]),
  addedBytes: z.number().default(0),
  unread: z.array(z.string()).default([]),
  proven: z.string().optional(),
});
export type SetRecord = z.infer<typeof SetRecord>;

/** The records of the sets of a node; they may be lost without harm: a set is saved once more then. */
export interface Records {
  of(set: string): Promise<SetRecord>;
  change(set: string, change: (record: SetRecord) => SetRecord): Promise<void>;
}

/** Keeps each record in a file of its own, and goes on in memory while the disk takes nothing. */
export function createRecords(folder: string, now: () => number): Records {
  const known = new Map<string, Promise<SetRecord>>();
  let written = Promise.resolve();
  const of = (set: string): Promise<SetRecord> => {
    const found = known.get(set) ?? read(join(folder, `${set}.json`), now());
    known.set(set, found);
    return found;
  };
  return {
    of,
    async change(set, change) {
      const next = of(set).then(change);
      known.set(set, next);
      written = written.then(async () => {
        await writePrivate(join(folder, `${set}.json`), `${JSON.stringify(await next)}\n`).catch(() => {});
      });
      await written;
    },
  };
}

/** The destinations at which one of these sets has had all of it: there was a repository. */
export async function placesMade(records: Records, sets: readonly string[]): Promise<Set<string>> {
  const all = await Promise.all(sets.map(async (set) => Object.keys((await records.of(set)).places)));
  return new Set(all.flat());
}

/** A row of sizes with one more. */
export function withSize(sizes: readonly number[], bytes: number): number[] {
  return [...sizes, bytes].slice(-SIZES);
}

async function read(file: string, now: number): Promise<SetRecord> {
  try {
    return SetRecord.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return SetRecord.parse({ since: now });
  }
}
