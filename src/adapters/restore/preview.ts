import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { RestoreChanges } from '#src/operation/backups.ts';
import type { NodeLine } from '../restic/lines.ts';
import { kindOf, walk } from '../tree/tree.ts';
import { differenceOf } from './compare.ts';
import { OLD, STAGE } from './names.ts';

/** So many names of each kind are told. */
const NAMED = 3;
/** So many folders and files that are not in the backup are looked into. */
const MOST_EXTRA = 5000;

/** What a restore would change, found while the snapshot is listed. */
export interface Preview {
  /** One thing of the snapshot; those outside the roots are left out. */
  take(node: NodeLine): void;
  /** What was found so far; `ended`: the whole snapshot was listed. */
  end(ended: boolean, signal: AbortSignal): Promise<RestoreChanges>;
}

/** A folder that is in both, with the names in it that the snapshot has not shown yet. */
interface Open {
  path: string;
  names: Set<string>;
}

/** Compares what lies at the roots with a snapshot, folder by folder in the order in which restic lists them, so that it holds no more than one folder of each depth. */
export function createPreview(roots: readonly string[]): Preview {
  const owners = process.getuid?.() === 0;
  const found = { changed: none(), missing: none(), extra: none() };
  const open: Open[] = [];
  const extras: string[] = [];
  let taken = 0;

  const leave = (until: string): void => {
    for (let top = open.at(-1); top && !isInside(until, top.path); top = open.at(-1)) close(top);
  };
  const close = ({ path, names }: Open): void => {
    open.pop();
    for (const name of names) if (extras.length < MOST_EXTRA) extras.push(join(path, name));
  };

  return {
    take(node) {
      if (!roots.some((root) => isInside(node.path, root))) return;
      taken += 1;
      leave(node.path);
      const above = open.at(-1);
      if (above?.path === dirname(node.path)) above.names.delete(basename(node.path));
      if (node.type === 'socket' || node.path.includes('\ufffd')) return;
      const stats = look(node.path);
      const isFolder = node.type === 'dir' && stats !== undefined && kindOf(stats) === 'dir';
      if (isFolder) open.push({ path: node.path, names: namesIn(node.path) });
      else if (!stats && node.type !== 'dir') note(found.missing, node.path);
      else if (stats && differenceOf(node, stats, owners) !== undefined) note(found.changed, node.path);
    },
    async end(ended, signal) {
      if (ended) while (open[0]) close(open.at(-1) ?? open[0]);
      const isAll = await countExtras(extras, found.extra, signal);
      return { ...found, taken, isWhole: ended && isAll && extras.length < MOST_EXTRA };
    },
  };
}

/** Adds the files at and below paths; answers whether all could be looked at. */
async function countExtras(
  paths: readonly string[],
  found: RestoreChanges['extra'],
  signal: AbortSignal,
): Promise<boolean> {
  let left = MOST_EXTRA;
  for (const path of paths) {
    let files = 0;
    for await (const { stats } of walk(path, signal)) {
      if (kindOf(stats) !== 'dir') files += 1;
      left -= 1;
      if (left <= 0) break;
    }
    if (files > 0) note(found, path, files);
    if (left <= 0) return false;
  }
  return true;
}

function none(): RestoreChanges['changed'] {
  return { files: 0, first: [] };
}

function note(found: RestoreChanges['changed'], path: string, files = 1): void {
  found.files += files;
  if (found.first.length < NAMED) found.first.push(path);
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function look(path: string) {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function namesIn(path: string): Set<string> {
  try {
    return new Set(readdirSync(path).filter((name) => !name.startsWith(OLD) && !name.startsWith(STAGE)));
  } catch {
    return new Set();
  }
}
