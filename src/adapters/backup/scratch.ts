import { lstat, mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '#src/kit/problem.ts';
import type { BackupDeps } from './ground.ts';

/** The folder in which a node restores for drills; all that is in it is its own. */
export function scratchOf({ spec, node, state }: Pick<BackupDeps, 'spec' | 'node' | 'state'>): string {
  return spec.scratch === undefined ? join(state, 'drill') : join(spec.scratch, `nightguard-drill-${node}`);
}

/** Makes it, for this user alone. Throws Problem `scratch` when that cannot be. */
export async function openScratch(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error) => {
    if (error.code !== 'EEXIST')
      throw new Problem(
        'scratch',
        `The folder for drills ${folder} cannot be made (${error.code}). See backup.scratch.`,
      );
  });
  const stats = await lstat(folder);
  const isOurs = stats.uid === process.getuid?.() && (stats.mode & 0o077) === 0;
  if (!stats.isDirectory() || !isOurs)
    throw new Problem(
      'scratch',
      `${folder} is no folder of this user alone. Take it away, or name another backup.scratch.`,
    );
}

/** Takes away what drills that were killed have left, but for what is in `used`. */
export async function emptyScratch(folder: string, used: ReadonlySet<string> = new Set()): Promise<void> {
  const stats = await lstat(folder).catch(() => undefined);
  if (!stats?.isDirectory()) return;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!used.has(path)) await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Free bytes of the file system that a folder is on. */
export async function freeIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
