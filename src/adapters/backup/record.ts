import { z } from 'zod';
import { believed } from '#src/kit/ahead.ts';
import { CHORES } from '#src/operation/backupKnown.ts';
import type { PartSaved } from '#src/operation/backups.ts';
import type { Kept } from './kept.ts';
import { createKept } from './kept.ts';

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

/** The newest backup of a part at a destination by its short id, and how large it and those before it were. */
const Part = z.object({ snapshot: z.string(), sizes: z.array(z.number()) });

const Parts = z.record(z.string(), z.record(z.string(), Part));
type Parts = z.infer<typeof Parts>;

/** What is kept of a set: its own runs of each chore, and when each destination last got all of it. */
export const SetRecord = z.object({
  since: z.number(),
  chores: z.partialRecord(z.enum(CHORES), Run).default({}),
  places: z.record(z.string(), z.number()).default({}),
  /** Since when destinations that never got all of it should have it. */
  wanted: z.record(z.string(), z.number()).default({}),
  /** By destination and part. */
  parts: Parts.default({}),
  addedBytes: z.number().default(0),
  unread: z.array(z.string()).default([]),
  unreadCount: z.number().default(0),
  proven: z.string().optional(),
});
export type SetRecord = z.infer<typeof SetRecord>;

/** The records of the sets of a node: when one is lost, its set is saved once more. */
export type Records = Kept<SetRecord>;

export function createRecords(folder: string, now: () => number): Records {
  return createKept(folder, (value) => {
    const { data } = SetRecord.safeParse(value);
    return data ? { ...data, since: believed(data.since, now()) ?? now() } : SetRecord.parse({ since: now() });
  });
}

/** The destinations at which one of these sets has had all of it: there was a repository. */
export async function placesMade(records: Records, sets: readonly string[]): Promise<Set<string>> {
  const all = await Promise.all(sets.map(async (set) => Object.keys((await records.of(set)).places)));
  return new Set(all.flat());
}

/** What a set has today: its destinations and its parts. */
export interface Today {
  destinations: readonly string[];
  parts: readonly string[];
}

/** What is known of each part that a set has today at each destination, with what was saved now. */
export function withParts(parts: Parts, saved: readonly PartSaved[], today: Today): Parts {
  const isHad = (part: string) => today.parts.includes(part);
  const next: Parts = {};
  for (const destination of today.destinations) {
    const left = Object.entries(parts[destination] ?? {}).filter(([part]) => isHad(part));
    if (left.length > 0) next[destination] = Object.fromEntries(left);
  }
  for (const { destination, part, snapshot, bytes } of saved) {
    const sizes = [...(next[destination]?.[part]?.sizes ?? []), bytes].slice(-SIZES);
    next[destination] = { ...next[destination], [part]: { snapshot, sizes } };
  }
  return next;
}
