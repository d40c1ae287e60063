import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Problem } from '#src/kit/problem.ts';
import type { Snapshot } from '#src/operation/snapshot.ts';
import { refuseGround } from '../restore/ground.ts';
import { isInside } from '../tree/realPath.ts';
import type { BackupDeps } from './ground.ts';
import { refuseOwn } from './own.ts';

/** The paths that are asked for: those of the set, or one at or below them. Throws Problem `restore-path` for any other. */
export function wantedOf(set: string, paths: readonly string[], path: string | undefined): string[] {
  if (path === undefined) {
    if (paths.length > 0) return [...paths];
    throw new Problem('restore-path', `The set ${set} has no files, only dumps. Copy one out: /restore_copy`);
  }
  const wanted = plainPath(path);
  const plain = /^\/[^\n\0]*$/.test(wanted) && !/\/\/|\/\.{1,2}(?:\/|$)|\/$/.test(wanted);
  if (plain && paths.some((each) => isInside(wanted, each))) return [wanted];
  throw new Problem('restore-path', `${wanted} is not in the set ${set}. It has ${paths.join(', ') || 'no files'}.`);
}

/**
 * What of a backup stands for the paths that are asked for, each to be put in place as a whole: those that it has, or what it has of them, as the backup
 * before a restore of one path has. `absent` are those that it knows nothing of. Throws Problem `restore-path` when it has none.
 */
export function rootsIn(snapshot: Snapshot, wanted: readonly string[]): { roots: string[]; absent: string[] } {
  const { paths = wanted } = snapshot;
  const found = wanted.map((path) =>
    paths.some((each) => isInside(path, each)) ? [path] : paths.filter((each) => isInside(each, path)),
  );
  const absent = wanted.filter((_, n) => found[n]?.length === 0);
  if (absent.length === wanted.length) throw notThere(wanted, snapshot);
  return { roots: found.flat(), absent };
}

/** Throws Problem `restore-path` for a root that cannot be put in place: see `refuseGround` and `refuseOwn`. To be asked again before every rename. */
export async function refuseRoots(
  roots: readonly string[],
  { paths, ...own }: { paths: readonly string[] } & Pick<BackupDeps, 'spec' | 'state'>,
): Promise<void> {
  for (const root of roots) {
    await refuseGround(root, within(root, paths));
    await refuseOwn(root, own);
  }
}

/** The path of a set in which a root lies. */
export function within(root: string, paths: readonly string[]): string {
  return paths.find((path) => isInside(root, path)) ?? root;
}

/** A path without the slash that may stand at the end of a folder's. */
export function plainPath(path: string): string {
  return path.replace(/(?<=.)\/$/, '');
}

/** What is said of paths that a backup does not have. */
export function notThere(paths: readonly string[], { id, set }: Snapshot): Problem {
  return new Problem(
    'restore-path',
    `${paths.join(', ')} is not in the backup ${id.slice(0, 8)}. Look into it: /backup_files, with ${set} and its id.`,
  );
}

/** Free bytes where roots are staged: the least of them. */
export async function freeBytes(roots: readonly string[]): Promise<number> {
  const each = await Promise.all(roots.map((root) => statfs(dirname(root))));
  return Math.min(...each.map(({ bavail, bsize }) => bavail * bsize));
}
