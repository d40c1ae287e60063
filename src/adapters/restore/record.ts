import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
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
  /** Which thing comes: it is known again by this wherever it lies. */
  comes: z
    .string()
    .regex(/^\d+:\d+$/)
    .optional(),
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
  v: z.literal(2),
  id: z.string().regex(/^[0-9TZa-f-]+$/),
  /** Counts the restores of a set: clocks are set, this is not. */
  n: z.number(),
  kind: z.enum(['restore', 'undo']),
  /** Of the job that asked for it last. */
  mark: z.string().optional(),
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
  /** When it was begun, in ms since 1970. */
  at: z.number(),
  /** When it began to be put in place: what was replaced is kept from then. */
  swappedAt: z.number().optional(),
});
export type RestoreRecord = z.infer<typeof RestoreRecord>;

/** When a restore replaced what was there, in ms since 1970, as far as its record tells. */
export function replacedAt({ at, swappedAt = at }: RestoreRecord): number {
  return swappedAt;
}

/** The restores of all sets: at most one of each is at work, and those that came to their end are kept until what they set aside is gone. */
export interface Records {
  /** The one that is not done. */
  atWork(set: string): Promise<RestoreRecord | undefined>;
  /** Those that are done, the newest first. */
  done(set: string): Promise<RestoreRecord[]>;
  /** Those of all sets, also of sets that nobody declares any more. */
  all(): Promise<RestoreRecord[]>;
  /** On disk before it resolves. */
  write(record: RestoreRecord): Promise<RestoreRecord>;
  forget(record: Pick<RestoreRecord, 'set' | 'id'>): Promise<void>;
}

/** Keeps records in a folder, with a folder for each set. A record that cannot be understood throws: what it says decides what may be thrown away. */
export function createRecords(folder: string): Records {
  const at = ({ set, id }: Pick<RestoreRecord, 'set' | 'id'>) => join(folder, set, `${id}.json`);
  const of = async (set: string): Promise<RestoreRecord[]> => {
    const names = await readdir(join(folder, set)).catch(unlessGone);
    const files = (names ?? []).filter((name) => name.endsWith('.json')).map((name) => join(folder, set, name));
    // One of another set may be forgotten in the middle.
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(unlessGone)));
    return texts
      .flatMap((text) => (text === undefined ? [] : RestoreRecord.parse(JSON.parse(text))))
      .sort((a, b) => b.n - a.n);
  };
  return {
    atWork: async (set) => (await of(set)).find(({ phase }) => phase !== 'done'),
    done: async (set) => (await of(set)).filter(({ phase }) => phase === 'done'),
    async all() {
      const found = await readdir(folder, { withFileTypes: true }).catch(unlessGone);
      const sets = (found ?? []).filter((one) => one.isDirectory());
      return (await Promise.all(sets.map(({ name }) => of(name)))).flat();
    },
    async write(record) {
      await mkdir(join(folder, record.set), { recursive: true, mode: 0o700 });
      await writePrivate(at(record), `${JSON.stringify(record)}\n`);
      return record;
    },
    forget: (record) => rm(at(record), { force: true }),
  };
}

function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
