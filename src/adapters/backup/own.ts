import { join, relative } from 'node:path';
import { Problem } from '#src/kit/problem.ts';
import { isInside, realPath, realPlace } from '../tree/realPath.ts';
import type { BackupDeps } from './ground.ts';

type Ground = Pick<BackupDeps, 'spec' | 'state'>;

/** The patterns that leave the state folder out of what is saved, however it is reached from the paths. */
export async function ownExcludes(paths: readonly string[], { state }: Pick<Ground, 'state'>): Promise<string[]> {
  const real = await realPath(state);
  return [...new Set([state, real, ...(await seenFrom(paths, real))])];
}

/** Throws Problem `backup-paths` when paths hold a repository of this machine, or the place for copies, and do not leave it out. */
export async function refuseOwnInside(
  { paths, excludes }: { paths: readonly string[]; excludes: readonly string[] },
  { spec }: Pick<Ground, 'spec'>,
): Promise<void> {
  for (const place of placesOf(spec)) {
    const seen = await seenFrom(paths, await realPath(place));
    const saved = seen.find((path) => !excludes.some((each) => isInside(path, each) || isInside(place, each)));
    if (saved === undefined) continue;
    const words = `${saved} is ${place}, where Nightguard keeps backups or copies of them. Keep those outside of what is backed up.`;
    throw new Problem('backup-paths', words);
  }
}

/** Throws Problem `restore-path` for a root that holds what Nightguard itself works with, or lies in it: its state, a repository or the place for copies. */
export async function refuseOwn(root: string, { spec, state }: Ground): Promise<void> {
  const at = await realPlace(root);
  for (const own of [state, ...placesOf(spec)]) {
    const real = await realPath(own);
    if (isInside(real, at))
      throw new Problem('restore-path', `${root} holds what Nightguard itself works with. Name a path inside it.`);
    if (isInside(at, real))
      throw new Problem('restore-path', `${root} is what Nightguard itself works with. Name another path.`);
  }
}

function placesOf({ destinations, restoreTo }: Ground['spec']): string[] {
  const local = Object.values(destinations).flatMap((each) => (each.kind === 'path' ? each.path : []));
  return restoreTo === undefined ? local : [...local, restoreTo];
}

/** By which names somebody who walks through paths comes to a real path that lies in them. */
async function seenFrom(paths: readonly string[], real: string): Promise<string[]> {
  const seen = paths.map(async (path) => {
    const from = await realPath(path);
    return isInside(real, from) ? [join(path, relative(from, real))] : [];
  });
  return (await Promise.all(seen)).flat();
}
