import { access, constants, lstat, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Problem } from '#src/kit/problem.ts';
import { mountsIn } from '../tree/mounts.ts';
import { isInside, realPath, realPlace } from '../tree/realPath.ts';
import { isThere } from './identity.ts';

/**
 * Throws Problem `restore-path` unless a root can be swapped by rename, and a rename puts it where its path says.
 * From `within`, the path of its set, down to the root no folder may be a link, and above that only one of the system's or this user's own;
 * nothing may be mounted at or below the root. Whoever owns the data can change that at any moment: to be asked again before every rename.
 */
export async function refuseGround(root: string, within: string): Promise<void> {
  const parent = dirname(root);
  if (root === '/') throw refused('The whole machine cannot be put in place by a running one. Name a path.');
  await refuseLink(within);
  for (const folder of foldersTo(parent)) await refuseDetour(folder, { root, within });
  if (!(await isThere(parent))) throw refused(`The folder ${parent} is not there. Make it, then ask again.`);
  if (!(await isThere(root))) return;
  const [mount] = await mountsIn(await realPlace(root));
  const [above, own] = await Promise.all([lstat(parent), lstat(root)]);
  if (mount === (await realPlace(root)) || (own.isDirectory() && above.dev !== own.dev))
    throw refused(`${root} is a file system of its own and cannot be swapped. Name a path inside it.`);
  if (mount !== undefined)
    throw refused(
      `At ${mount} a file system is mounted, which would go away with what ${root} holds now. Unmount it, or name a path beside it.`,
    );
}

/**
 * The folder in which a root is staged: as far out as that of the path of its set, where the owner of the data cannot put something else in place of
 * what restic is writing, but on the file system of the root, or nothing could be renamed.
 */
export async function besideOf(root: string, within: string): Promise<string> {
  const parent = dirname(root);
  const mounts = await mountsIn('/');
  const fileSystemOf = async (folder: string) => {
    const real = await realPath(folder);
    const mount = mounts.filter((each) => isInside(real, each)).sort((a, b) => b.length - a.length)[0];
    return `${(await stat(folder)).dev} ${mount}`;
  };
  const wanted = await fileSystemOf(parent);
  for (const folder of foldersTo(parent).filter((each) => isInside(each, dirname(within)))) {
    const mayWrite = await access(folder, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (mayWrite && (await fileSystemOf(folder)) === wanted) return folder;
  }
  return parent;
}

/** Throws Problem `backup-paths` for a path of a set that is a link: restic would save and restore the link alone. */
export async function refuseLink(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats?.isSymbolicLink()) return;
  const to = await realpath(path).catch(() => undefined);
  throw new Problem(
    'backup-paths',
    to === undefined
      ? `${path} is a link that leads nowhere, and of a link nothing is saved. Look at the paths of the set.`
      : `${path} is a link to ${to}, and of a link nothing is saved. Write ${to} into the paths of the set.`,
  );
}

async function refuseDetour(folder: string, { root, within }: { root: string; within: string }): Promise<void> {
  const stats = await lstat(folder).catch(unlessGone);
  if (!stats?.isSymbolicLink()) return;
  if (!isInside(folder, within) && [0, process.getuid?.()].includes(stats.uid)) return;
  const to = await realpath(folder).catch(() => 'nowhere');
  throw refused(`${folder} is a link to ${to}: ${root} would be written there. Put a real folder in its place first.`);
}

/** A folder and all above it, the outermost first. */
function foldersTo(folder: string): string[] {
  return folder === '/' ? ['/'] : [...foldersTo(dirname(folder)), folder];
}

function refused(words: string): Problem {
  return new Problem('restore-path', words);
}

function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}
