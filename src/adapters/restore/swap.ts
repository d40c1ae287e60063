import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '#src/kit/privateFile.ts';
import { Problem, sentenceOf } from '#src/kit/problem.ts';
import type { Exchange } from './exchange.ts';
import { identityOf, isThere } from './identity.ts';
import type { Root } from './record.ts';

/** Puts trees in place and takes them back, by renaming them as a whole. */
export interface Swapper {
  /**
   * Puts roots in place. It may be broken off and begun again anywhere: what is done already is seen and left.
   * When one cannot be put in place, all are put back and Problem `restore-swap` says so; `restore-half` if that fails too.
   */
  swapIn(roots: readonly Root[]): Promise<void>;
}

/** Swaps by an exchange of two names where the system can do that, and else by two renames, between which nothing is at the path. */
export function createSwapper(exchange: Exchange): Swapper {
  return {
    async swapIn(roots) {
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
    },
  };

  async function putInPlace(root: Root): Promise<void> {
    const { path, staged, old } = root;
    if (staged === undefined) return await setAside(root);
    if (!(await isIn(root))) {
      if (!(await isStaged(root))) throw gone(root);
      if (await isThere(path)) await exchange(path, staged);
    }
    if (!(await isIn(root))) {
      if (await isThere(path)) await move(path, await freeOf(old));
      await move(staged, path);
    }
    // After an exchange what was there lies where the other came from.
    if (await isThere(staged)) await move(staged, await freeOf(old));
  }

  /** Takes one root back to how it was; a half of a swap too. */
  async function putBack(root: Root): Promise<void> {
    const { path, staged, old } = root;
    if (staged !== undefined && (await isIn(root))) {
      const was = (await isThere(staged)) ? staged : old;
      if (await isThere(was)) await exchange(path, was);
      if (await isIn(root)) await move(path, staged);
      else if (was === old) await move(old, staged);
    }
    if ((await isThere(old)) && !(await isThere(path))) await move(old, path);
  }
}

/** Nothing comes, because there was nothing before. */
async function setAside({ path, old }: Root): Promise<void> {
  if ((await isThere(path)) && !(await isThere(old))) await move(path, old);
}

/** Throws Problem `restore` unless all that is to be put in place is there, and is what was staged. */
export async function refuseGone(roots: readonly Root[]): Promise<void> {
  for (const root of roots) if (root.staged !== undefined && !(await isStaged(root))) throw gone(root);
}

function gone({ path }: Root): Problem {
  const words = `What was to be put in place of ${path} is not there any more. What was there is as it was. Ask for the restore again.`;
  return new Problem('restore', words);
}

async function isStaged({ staged, comes }: Root): Promise<boolean> {
  return staged !== undefined && comes !== undefined && (await identityOf(staged)) === comes;
}

async function isIn({ path, comes }: Root): Promise<boolean> {
  return comes !== undefined && (await identityOf(path)) === comes;
}

/** What somebody made at the path in the middle of a swap is kept beside what was there before. */
async function freeOf(old: string): Promise<string> {
  return (await isThere(old)) ? `${old}-between` : old;
}

function halfWay({ path, old }: Root, why: string, cause: unknown): Problem {
  const sentence = `It could not be put in place (${why}), nor could ${path} be put back (${sentenceOf(cause)}). It is kept at ${old}. Look at both, then ask again: it goes on from there.`;
  return new Problem('restore-half', sentence, { cause });
}

async function move(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
  if (dirname(from) !== dirname(to)) await syncFolder(dirname(from));
}
