import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writePrivate } from '#src/kit/privateFile.ts';

const fullPath = z.string().startsWith('/');

/** One path that is put in place as a whole. */
export const Root = z.strictObject({
  path: fullPath,
  /** Something was there when it was staged. */
  had: z.boolean(),
  /** Where what comes lies; undefined when nothing comes, because before there was nothing. */
  staged: fullPath.optional(),
  /** Where what was there is kept. */
  old: fullPath,
});
export type Root = z.infer<typeof Root>;

const SnapshotRef = z.object({
  id: z.string(),
  set: z.string(),
  part: z.string(),
  destination: z.string(),
  at: z.number(),
  emergency: z.boolean(),
});

/**
 * How far a restore has come, on disk before it goes on. `staging` and `staged`: what is there is untouched.
 * `pausing`: some of its users are stopped. `swapping`: from here it only goes forward. `resuming`: it is in place. `done`: all is told.
 */
export const RestoreRecord = z.strictObject({
  v: z.literal(1),
  id: z.string(),
  kind: z.enum(['restore', 'undo']),
  phase: z.enum(['staging', 'staged', 'pausing', 'swapping', 'resuming', 'done']),
  set: z.string(),
  /** What was asked to be restored, to know it again. */
  wanted: z.string(),
  snapshot: SnapshotRef.optional(),
  roots: z.array(Root),
  /** Folders that hold what is staged, and nothing else. */
  stages: z.array(fullPath),
  /** The hash of each staged root. */
  digests: z.array(z.string()),
  files: z.number(),
  bytes: z.number(),
  emergency: z.string().optional(),
  /** Workloads that were running and are to run again. */
  paused: z.array(z.string()),
  /** ms since 1970. */
  at: z.number(),
});
export type RestoreRecord = z.infer<typeof RestoreRecord>;

/** The records of all sets: the newest restore of each. */
export interface Records {
  read(set: string): Promise<RestoreRecord | undefined>;
  /** On disk before it resolves. */
  write(record: RestoreRecord): Promise<RestoreRecord>;
  forget(set: string): Promise<void>;
}

/** Keeps records in a folder. A record that cannot be understood throws: what it says decides what may be thrown away. */
export function createRecords(folder: string): Records {
  const at = (set: string) => join(folder, `${set}.json`);
  return {
    async read(set) {
      const text = await readFile(at(set), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return text === undefined ? undefined : RestoreRecord.parse(JSON.parse(text));
    },
    async write(record) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writePrivate(at(record.set), `${JSON.stringify(record)}\n`);
      return record;
    },
    forget: (set) => rm(at(set), { force: true }),
  };
}
