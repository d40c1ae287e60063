import { lstat, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '#src/kit/privateFile.ts';
import { Problem, sentenceOf } from '#src/kit/problem.ts';
import type { Root } from './record.ts';

/**
 * Puts roots in place by renaming whole trees. It may be broken off and begun again anywhere: what is done already is seen and left.
 * When one cannot be put in place, all are put back and Problem `restore-swap` says so; `restore-half` if that fails too.
 */
export async function swapIn(roots: readonly Root[]): Promise<void> {
  const touched: Root[] = [];
  try {
    for (const root of roots) {
      touched.unshift(root);
      await putInPlace(root);
    }
  } catch (cause) {
    const why = sentenceOf(cause);
    for (const root of touched) await putBack(root).catch((error) => Promise.reject(halfWay(root, why, error)));
    throw new Problem(
      'restore-swap',
      `It could not be put in place: ${why}. What was there is back in its place. Mend that, then ask again.`,
      { cause },
    );
  }
}

function halfWay({ path, old }: Root, why: string, cause: unknown): Problem {
  const sentence = `It could not be put in place (${why}), nor could ${path} be put back (${sentenceOf(cause)}). It is kept at ${old}. Look at both, then ask again: it goes on from there.`;
  return new Problem('restore-half', sentence, { cause });
}

async function putInPlace({ path, staged, old }: Root): Promise<void> {
  const comes = staged !== undefined && (await isThere(staged));
  const kept = await isThere(old);
  if (staged !== undefined && !comes) return;
  if (await isThere(path)) {
    if (kept && !comes) return;
    // Between the two renames nothing is at the path; what somebody made there meanwhile is kept beside what was there.
    await move(path, kept ? `${old}-between` : old);
  }
  if (comes) await move(staged, path);
}

/** Takes one root back to how it was; a half of a swap too. */
async function putBack({ path, staged, old }: Root): Promise<void> {
  const kept = await isThere(old);
  const gone = staged !== undefined && !(await isThere(staged));
  if (gone && (await isThere(path))) await move(path, staged);
  if (kept && !(await isThere(path))) await move(old, path);
}

async function move(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
  if (dirname(from) !== dirname(to)) await syncFolder(dirname(from));
}

/** Whether there is anything by this name, a link that leads nowhere too. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR')
      return false;
    throw error;
  }
}
