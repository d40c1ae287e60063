import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { writePrivate } from '#src/kit/privateFile.ts';
import type { PartSaved } from '#src/operation/backups.ts';

const MOST = 1000;

/** How large a backup was when it was made: a repository tells it only at length. */
const Entry = z.object({ snapshot: z.string(), destination: z.string(), bytes: z.number(), addedBytes: z.number() });
type Entry = z.infer<typeof Entry>;

/** What this node remembers of its backups; it may be lost without harm. */
export interface History {
  add(parts: readonly PartSaved[]): Promise<void>;
  /** The size of a backup by its whole id, and what it added to its repository. */
  sizes(): Promise<(id: string) => { bytes: number; addedBytes: number } | undefined>;
}

/** Keeps the newest thousand in one file. */
export function createHistory(file: string): History {
  return {
    async add(parts) {
      const entries = parts.map(({ snapshot, destination, bytes, addedBytes }) => ({
        snapshot,
        destination,
        bytes,
        addedBytes,
      }));
      const text = `${JSON.stringify([...(await read(file)), ...entries].slice(-MOST))}\n`;
      // A disk that takes nothing does not make a backup elsewhere a bad one.
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
        .then(() => writePrivate(file, text))
        .catch(() => {});
    },
    async sizes() {
      const entries = await read(file);
      return (id) => entries.findLast(({ snapshot }) => id.startsWith(snapshot));
    },
  };
}

async function read(file: string): Promise<Entry[]> {
  try {
    return z.array(Entry).parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return [];
  }
}
