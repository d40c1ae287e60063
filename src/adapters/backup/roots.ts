import { lstat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Problem } from '#src/kit/problem.ts';
import { isThere } from '../restore/identity.ts';

/**
 * The paths that a restore puts in place as a whole: those of the set, or the one that is asked for.
 * Throws Problem `restore-path` for what is outside the set, for what holds the state folder, and for what cannot be swapped by rename.
 */
export async function rootsOf(
  { set, paths, state }: { set: string; paths: readonly string[]; state: string },
  path: string | undefined,
): Promise<string[]> {
  const roots = path === undefined ? [...paths] : [plainPath(path)];
  for (const root of roots) {
    const plain = /^\/[^\n\0]*$/.test(root) && !/\/\/|\/\.{1,2}(?:\/|$)|\/$/.test(root);
    const inside = paths.some((each) => root === each || root.startsWith(`${each === '/' ? '' : each}/`));
    if (!plain || !inside)
      throw new Problem('restore-path', `${root} is not in the set ${set}. It has ${paths.join(', ') || 'no files'}.`);
    if (state === root || state.startsWith(`${root}/`))
      throw new Problem('restore-path', `${root} holds what Nightguard itself works with. Name a path inside it.`);
    await refuseUnswappable(root);
  }
  if (roots.length === 0)
    throw new Problem('restore-path', `The set ${set} has no files, only dumps. Copy one out: /restore_copy`);
  return roots;
}

/** A path without the slash that may stand at the end of a folder's. */
export function plainPath(path: string): string {
  return path.replace(/(?<=.)\/$/, '');
}

async function refuseUnswappable(root: string): Promise<void> {
  const parent = dirname(root);
  if (root === '/' || !(await isThere(parent)))
    throw new Problem(
      'restore-path',
      root === '/'
        ? 'The whole machine cannot be put in place by a running one. Name a path.'
        : `The folder ${parent} is not there. Make it, then ask again.`,
    );
  if (!(await isThere(root))) return;
  const [above, own] = await Promise.all([lstat(parent), lstat(root)]);
  if (own.isDirectory() && above.dev !== own.dev)
    throw new Problem(
      'restore-path',
      `${root} is a file system of its own and cannot be swapped. Name a path inside it.`,
    );
}

/** Free bytes where roots are staged: the least of them. */
export async function freeBytes(roots: readonly string[]): Promise<number> {
  const each = await Promise.all(roots.map((root) => statfs(dirname(root))));
  return Math.min(...each.map(({ bavail, bsize }) => bavail * bsize));
}
