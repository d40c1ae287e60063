import { Problem } from '#src/kit/problem.ts';
import type { Keys } from './keys.ts';
import { makeKeys, readKeys, writeKeys } from './keys.ts';

/** Keys after a rotation, and the file that keeps the ones before. */
export interface Rotated {
  keys: Keys;
  kept: string;
  /** False: they had been rotated on that day before, and nothing was done now. */
  fresh: boolean;
}

/**
 * Replaces the identity in `file` by one of the next epoch, once a day at the most; the one before is kept beside it
 * with the date of `now` (ms since 1970, UTC). It may be interrupted at any point and run again: there is always one
 * whole identity in `file`, and none is ever lost. With `records` the secret of its own records is another one as well:
 * what was sealed under the old one opens no more. Throws Problem `key-file`.
 */
export async function rotateKeys(file: string, now: number, { records = false } = {}): Promise<Rotated> {
  const current = await readKeys(file);
  if (!current) throw new Problem('key-file', `${file} is not there, so there is nothing to rotate.`);
  const kept = `${file}.${new Date(now).toISOString().slice(0, 10)}`;
  const before = await readKeys(kept);
  if (before && before.public !== current.public) return { keys: current, kept, fresh: false };
  await writeKeys(kept, current);
  await writeKeys(file, await makeKeys(current.epoch + 1, ...(records ? [] : [current.records])));
  return { keys: (await readKeys(file)) ?? current, kept, fresh: true };
}
