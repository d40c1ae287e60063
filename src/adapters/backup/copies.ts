import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writePrivate } from '#src/kit/privateFile.ts';

const Note = z.strictObject({ v: z.literal(1), to: z.string(), inode: z.string() });
type Note = z.infer<typeof Note>;

/** Which copies this node has made, by the marks of their jobs: a copy is known again by its inode, and nothing of this lies in it. */
export interface Copies {
  /** Notes what is to be renamed to `to`; on disk before it resolves. */
  expect(mark: string, folder: string, to: string): Promise<void>;
  /** Whether the copy of a job is where it was put. */
  isThere(mark: string): Promise<boolean>;
  /** Forgets those that are not there any more. */
  tidy(): Promise<void>;
}

/** Keeps a file for each copy in a folder, as long as the copy is there. */
export function createCopies(folder: string): Copies {
  const at = (mark: string) => join(folder, `${mark}.json`);
  const isThere = async (mark: string): Promise<boolean> => {
    const text = await readFile(at(mark), 'utf8').catch(unlessGone);
    if (text === undefined) return false;
    const { to, inode } = Note.parse(JSON.parse(text));
    return (await inodeOf(to)) === inode;
  };
  return {
    isThere,
    async expect(mark, staged, to) {
      const inode = await inodeOf(staged);
      if (inode === undefined) throw new Error(`${staged} is not there`);
      await writePrivate(at(mark), `${JSON.stringify({ v: 1, to, inode } satisfies Note)}\n`);
    },
    async tidy() {
      const names = (await readdir(folder).catch(unlessGone)) ?? [];
      for (const mark of names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5)))
        if (!(await isThere(mark).catch(() => false))) await rm(at(mark), { force: true });
    },
  };
}

async function inodeOf(path: string): Promise<string | undefined> {
  const stats = await lstat(path, { bigint: true }).catch(unlessGone);
  return stats && `${stats.ino}`;
}

function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}
