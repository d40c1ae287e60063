import { lstat, readdir, realpath, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { formatBytes } from '#src/kit/bytes.ts';
import { syncFolder } from '#src/kit/privateFile.ts';
import { Problem } from '#src/kit/problem.ts';
import type { CopyPlan, CopyWish } from '#src/operation/backupFiles.ts';
import type { Backups } from '#src/operation/backups.ts';
import type { Snapshot } from '#src/operation/snapshot.ts';
import { createLane } from '../lane.ts';
import { isThere } from '../restore/identity.ts';
import { newMark, STAGE } from '../restore/names.ts';
import { dropStages, restoreTo } from '../restore/stage.ts';
import { excerptOf } from './contents.ts';
import { createCopies } from './copies.ts';
import type { Place } from './find.ts';
import type { BackupDeps, Places } from './ground.ts';
import { freeBytes } from './roots.ts';
import type { SizeOf } from './sizes.ts';

/** Puts copies of backups into new folders of the one place that the configuration has for them. Nothing is ever replaced, so there is nothing to undo. */
export function createCopying(
  deps: BackupDeps,
  { places, sizeOf }: { places: Places; sizeOf: SizeOf },
): Pick<Backups, 'planCopy' | 'copy' | 'dropCopy' | 'copied'> {
  const lane = createLane();
  const copies = createCopies(join(deps.state, 'copies'));
  return {
    async planCopy(wish, signal) {
      const { place, ...found } = await find(wish, signal);
      const bytes = wish.path === undefined ? await sizeOf(place, found.snapshot, signal) : undefined;
      return { ...found, bytes };
    },
    copy: (wish, signal, follow) =>
      lane.run(async () => {
        const { place, snapshot, paths, to, freeBytes: free } = await find(wish, signal);
        const { repository } = place;
        const { bytes } = await repository.size(snapshot.id, signal);
        const totalBytes = wish.path === undefined ? bytes : undefined;
        if (totalBytes !== undefined && totalBytes > free) throw noRoom(totalBytes, free);
        const mark = wish.mark ?? newMark(deps.now());
        const folder = stageOf(to, mark);
        // Copies are made in turn: what others have left is nobody's any more.
        await dropStages(await stagesOf(to));
        await copies.tidy();
        try {
          const stages = paths.map((root) => ({ root, folder }));
          const from = { repository, id: snapshot.id, command: deps.command, totalBytes, follow };
          const hashes = await restoreTo(stages, from, signal);
          await copies.expect(mark, folder, to);
          if (await isThere(to)) throw taken(to, wish.set);
          await rename(folder, to);
          await syncFolder(dirname(to));
          const sum = (of: 'files' | 'bytes') => hashes.reduce((all, hash) => all + hash[of], 0);
          return { to, files: sum('files'), bytes: sum('bytes') };
        } catch (error) {
          await dropStages([folder]).catch(() => {});
          await copies.tidy().catch(() => {});
          throw error;
        }
      }, signal),
    async dropCopy(to, mark) {
      await dropStages([stageOf(to, mark)]);
      await copies.tidy();
    },
    copied: (mark) => copies.isThere(mark),
  };

  async function find(wish: CopyWish, signal: AbortSignal): Promise<Omit<CopyPlan, 'bytes'> & { place: Place }> {
    const ground = await groundOf(deps.spec.restoreTo);
    const { place, snapshot, paths } = await excerptOf(deps, places, wish, signal);
    const to = join(ground, wish.as ?? nameOf(wish, snapshot));
    if (await isThere(to)) throw taken(to, wish.set);
    return { place, snapshot, paths, to, freeBytes: await freeBytes([to]) };
  }
}

/** The set, the backup, and what of it: `shop-1f2e3d4c-orders`. */
function nameOf({ set, path }: CopyWish, { id, part }: Snapshot): string {
  const what = path === undefined ? (part === 'files' ? '' : part) : path.slice(path.lastIndexOf('/') + 1);
  const plain = what.replaceAll(/[^A-Za-z0-9_-]+/g, '_').slice(0, 24);
  return [set, id.slice(0, 8), ...(plain ? [plain] : [])].join('-');
}

/** Another for each job: a look at what became of one takes nothing away from another. No name of a copy has a `~`. */
function stageOf(to: string, mark: string): string {
  return join(dirname(to), `${STAGE}${basename(to)}~${mark}`);
}

/** What copies with this name have left, those of releases before marks too. */
async function stagesOf(to: string): Promise<string[]> {
  const own = `${STAGE}${basename(to)}`;
  const names = await readdir(dirname(to));
  return names.filter((name) => name === own || name.startsWith(`${own}~`)).map((name) => join(dirname(to), name));
}

function taken(to: string, set: string): Problem {
  return new Problem('copies', `${to} is there already. Name another folder with --as, such as --as ${set}-2.`);
}

/** The folder for copies: a real one, into which nobody else can put anything. Throws Problem `copies`. */
async function groundOf(folder: string | undefined): Promise<string> {
  if (folder === undefined)
    throw new Problem(
      'copies',
      'This node has no place for copies of backups. Name a folder as backup.restoreTo in its configuration, and start it again.',
    );
  const stats = (await realpath(folder).catch(() => '')) === folder ? await lstat(folder) : undefined;
  if (!stats?.isDirectory())
    throw new Problem('copies', `${folder} is not there, or is no real folder. Make it: mkdir -m 700 ${folder}`);
  const user = process.getuid?.() ?? 0;
  if (stats.uid !== 0 && stats.uid !== user)
    throw new Problem(
      'copies',
      `${folder} belongs to somebody else, who could write to it. Run: chown ${user} ${folder}`,
    );
  if ((stats.mode & 0o022) !== 0)
    throw new Problem('copies', `Others can write to ${folder}. Close it: chmod go-w ${folder}`);
  return folder;
}

/** What is said where a restore does not fit. */
export function noRoom(bytes: number, free: number): Problem {
  const words = `It needs ${formatBytes(bytes)} beside what is there, and ${formatBytes(free)} are free. Make room, then ask again.`;
  return new Problem('no-space', words);
}
