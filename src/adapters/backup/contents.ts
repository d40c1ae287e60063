import { basename, dirname } from 'node:path';
import { Problem } from '#src/kit/problem.ts';
import type { Contents, Excerpt, Thing } from '#src/operation/backupFiles.ts';
import type { Backups } from '#src/operation/backups.ts';
import type { Snapshot } from '#src/operation/snapshot.ts';
import type { NodeLine } from '../restic/lines.ts';
import type { Place } from './find.ts';
import { backupsOf, pick, placeOf } from './find.ts';
import type { BackupDeps, Places } from './ground.ts';
import { notThere, plainPath, rootsIn } from './roots.ts';
import { setOf } from './sets.ts';

const MOST = 500;

/** Looks into backups. */
export function createContents(deps: BackupDeps, places: Places): Pick<Backups, 'contents'> {
  return {
    async contents(of, signal) {
      const { place, snapshot, paths } = await excerptOf(deps, places, of, signal);
      const path = paths.length === 1 ? paths[0] : undefined;
      const found: Record<'folders' | 'others', Thing[]> = { folders: [], others: [] };
      // No snapshot has `/` itself.
      let [isFolder, total] = [path === undefined || path === '/', 0];
      const take = (node: NodeLine): void => {
        if (node.path === path) isFolder = node.type === 'dir';
        const isWanted = path === undefined ? paths.includes(node.path) : dirname(node.path) === path;
        if (!isWanted && !(node.path === path && !isFolder)) return;
        total += 1;
        const kind = node.type === 'dir' ? found.folders : found.others;
        if (kind.length < 10 * MOST) kind.push(thingOf(node));
      };
      await place.repository.look(snapshot.id, take, paths, signal);
      if (total === 0 && !isFolder) throw notThere(paths, snapshot);
      const things = [...found.folders.sort(byName), ...found.others.sort(byName)].slice(0, MOST);
      return { snapshot, path, isFolder, things, total, copies: deps.spec.restoreTo !== undefined } satisfies Contents;
    },
  };
}

/** The backup that an excerpt is of, where it is, and the paths of it that are meant. Throws Problem `restore-path` for a path that cannot be in one. */
export async function excerptOf(
  { spec, node }: BackupDeps,
  places: Places,
  { set, snapshot: id, part, path }: Excerpt,
  signal: AbortSignal,
): Promise<{ place: Place; snapshot: Snapshot; paths: string[] }> {
  const { paths, dumps } = setOf(spec, set);
  const names = Object.keys(dumps);
  if (part === undefined ? id === undefined && paths.length === 0 : part !== 'files' && !names.includes(part))
    throw new Problem('restore-path', `Say which dump of ${set} is meant: --part ${names.join(' or ') || 'files'}.`);
  const wanted = part ?? (id === undefined ? 'files' : undefined);
  const all = places.of(set);
  const { found, silent } = await backupsOf(all, node, set, signal, { id });
  const some = found.filter((one) => wanted === undefined || one.part === wanted);
  const what = wanted === undefined ? 'anything' : wanted === 'files' ? 'the files' : `the dump ${wanted}`;
  const snapshot = pick({ found: some, silent }, set, id, what);
  const own = snapshot.part === 'files' ? paths : (snapshot.paths ?? []);
  const { roots } = rootsIn(snapshot, path === undefined ? own : [plainPath(path)]);
  return { place: placeOf(all, snapshot), snapshot, paths: roots };
}

function thingOf({ path, type, size = 0, mtime }: NodeLine): Thing {
  const kind = type === 'dir' || type === 'file' ? type : 'other';
  return { path, kind, bytes: size, at: mtime === undefined ? 0 : Date.parse(mtime) };
}

function byName(a: Thing, b: Thing): number {
  return basename(a.path) < basename(b.path) ? -1 : 1;
}
