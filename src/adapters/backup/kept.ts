import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivate } from '#src/kit/privateFile.ts';

/** Records by their names, which may be lost without harm. */
export interface Kept<T> {
  of(name: string): Promise<T>;
  /** Answers once it is kept; a change that answers with the record itself is none. */
  change(name: string, change: (record: T) => T): Promise<void>;
}

/** Keeps each record in a file of its own, and goes on in memory while the disk takes nothing. `parse` makes what there is a record; undefined: there is nothing. */
export function createKept<T>(folder: string, parse: (value: unknown) => T): Kept<T> {
  const known = new Map<string, Promise<T>>();
  let written = Promise.resolve();
  const fileOf = (name: string): string => join(folder, `${name}.json`);
  const of = (name: string): Promise<T> => {
    const found = known.get(name) ?? read(fileOf(name), parse);
    known.set(name, found);
    return found;
  };
  return {
    of,
    async change(name, change) {
      const before = of(name);
      const next = before.then(change);
      known.set(name, next);
      written = written.then(async () => {
        const [one, other] = await Promise.all([before, next]);
        if (one !== other) await writePrivate(fileOf(name), `${JSON.stringify(other)}\n`).catch(() => {});
      });
      await written;
    },
  };
}

async function read<T>(file: string, parse: (value: unknown) => T): Promise<T> {
  try {
    return parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return parse(undefined);
  }
}
