import { lstat, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '#src/kit/problem.ts';
import type { Backups } from '#src/operation/backups.ts';
import { restoredAt, restoreTo } from '../restore/stage.ts';
import { kindOf, walk } from '../tree/tree.ts';
import { filesOf, pick } from './find.ts';
import type { BackupDeps, Places } from './ground.ts';
import { setOf } from './sets.ts';

/** Proves that the newest backup of files can be restored. */
export function createDrill(deps: BackupDeps, places: Places): Pick<Backups, 'drill'> {
  const { spec, node, state, command, now } = deps;
  const folder = join(state, 'drill');
  return {
    async drill(set, signal) {
      const { paths } = setOf(spec, set);
      if (paths.length === 0)
        throw new Problem('restore-path', `The set ${set} has no files, only dumps. Nothing was drilled.`);
      const all = places.of(set);
      const snapshot = pick(await filesOf(all, node, set, signal), set, undefined);
      const place = all.find(({ destination }) => destination === snapshot.destination);
      if (!place) throw new Error('a snapshot is where no place is');
      const began = now();
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const scratch = await mkdtemp(join(folder, `${set}-`));
      try {
        const stages = paths.map((root, n) => ({ root, folder: join(scratch, String(n)) }));
        const hashes = await restoreTo(stages, { repository: place.repository, id: snapshot.id, command }, signal);
        let unchanged = 0;
        for (const stage of stages) unchanged += await sameFiles(restoredAt(stage), stage.root, signal);
        const tookMs = now() - began;
        const files = hashes.reduce((sum, hash) => sum + hash.files, 0);
        return { snapshot, files, bytes: hashes.reduce((sum, hash) => sum + hash.bytes, 0), tookMs, unchanged };
      } finally {
        await rm(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      }
    },
  };
}

/** How many files of one tree are in another with the same size and time of change. */
async function sameFiles(from: string, to: string, signal: AbortSignal): Promise<number> {
  let same = 0;
  for await (const { path, stats } of walk(from, signal)) {
    if (kindOf(stats) !== 'file') continue;
    const at = path.length === 0 ? Buffer.from(to) : Buffer.concat([Buffer.from(`${to}/`), path]);
    const other = await lstat(at, { bigint: true }).catch(() => undefined);
    if (other?.size === stats.size && other.mtimeNs === stats.mtimeNs) same += 1;
  }
  return same;
}
