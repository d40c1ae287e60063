import type { BigIntStats } from 'node:fs';
import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { RestoreChanges } from '#src/operation/restores.ts';
import type { NodeLine } from '../restic/lines.ts';
import { isInside } from '../tree/realPath.ts';
import { kindOf, walk } from '../tree/tree.ts';
import { BROKEN, differenceOf } from './compare.ts';
import { OLD, STAGE } from './names.ts';

/** So many names of each kind are told. */
const NAMED = 3;
/** So many folders and files that are not in the backup are looked into. */
const MOST_EXTRA = 5000;

/** What a restore would change, found while the snapshot is listed. What cannot be looked at is counted, and never in the way of a restore. */
export interface Preview {
  /** One thing of the snapshot; those outside the roots are left out. */
  take(node: NodeLine): void;
  /** What was found so far, also when the signal ends; `ended`: the whole snapshot was listed. */
  end(ended: boolean, signal: AbortSignal): Promise<RestoreChanges>;
}

/** A folder that is in both, with the names in it that the snapshot has not shown yet: as the snapshot writes them, and in bytes. */
interface Open {
  path: string;
  names: Map<string, Buffer>;
}

/** Something that the snapshot does not have; `at` in bytes, since a name need not be text. */
interface Extra {
  path: string;
  at: Buffer;
}

/** Compares what lies at the roots with a snapshot, folder by folder in the order in which restic lists them, so that it holds no more than one folder of each depth. */
export function createPreview(roots: readonly string[]): Preview {
  const owners = process.getuid?.() === 0;
  const found = { changed: none(), missing: none(), extra: none() };
  const open: Open[] = [];
  const extras: Extra[] = [];
  let [taken, skipped] = [0, 0];

  const leave = (until: string): void => {
    for (let top = open.at(-1); top && !isInside(until, top.path); top = open.at(-1)) close(top);
  };
  const close = ({ path, names }: Open): void => {
    open.pop();
    for (const [name, bytes] of names)
      if (extras.length < MOST_EXTRA)
        extras.push({ path: `${path}/${name}`, at: Buffer.concat([Buffer.from(`${path}/`), bytes]) });
  };
  const looked = <T>(look: () => T): T | 'skipped' => {
    try {
      return look();
    } catch {
      skipped += 1;
      return 'skipped';
    }
  };

  return {
    take(node) {
      if (!roots.some((root) => isInside(node.path, root))) return;
      taken += 1;
      leave(node.path);
      const above = open.at(-1);
      if (above?.path === dirname(node.path)) above.names.delete(shown(basename(node.path)));
      if (node.type === 'socket') return;
      const stats = looked(() => statOf(node.path));
      if (stats === 'skipped') return;
      if (node.type === 'dir' && stats && kindOf(stats) === 'dir') {
        const names = looked(() => namesIn(node.path));
        if (names !== 'skipped') open.push({ path: node.path, names });
      } else if (!stats && node.type !== 'dir') note(found.missing, node.path);
      else if (stats && differenceOf(node, stats, owners) !== undefined) note(found.changed, node.path);
    },
    async end(ended, signal) {
      if (ended) while (open[0]) close(open.at(-1) ?? open[0]);
      const { isAll, unread } = await countExtras(extras, found.extra, signal);
      return { ...found, taken, skipped: skipped + unread, isWhole: ended && isAll && extras.length < MOST_EXTRA };
    },
  };
}

/** Adds the files that are there and not in the snapshot; answers whether there was time for all, and how many could not be looked into. */
async function countExtras(
  extras: readonly Extra[],
  found: RestoreChanges['extra'],
  signal: AbortSignal,
): Promise<{ isAll: boolean; unread: number }> {
  let [left, unread] = [MOST_EXTRA, 0];
  for (const { path, at } of extras) {
    let files = 0;
    try {
      for await (const { stats } of walk(at, signal)) {
        if (kindOf(stats) !== 'dir') files += 1;
        left -= 1;
        if (left <= 0) break;
      }
    } catch {
      if (signal.aborted) return { isAll: false, unread };
      unread += 1;
    }
    if (files > 0) note(found, path, files);
    if (left <= 0) return { isAll: false, unread };
  }
  return { isAll: true, unread };
}

function none(): RestoreChanges['changed'] {
  return { files: 0, first: [] };
}

function note(found: RestoreChanges['changed'], path: string, files = 1): void {
  found.files += files;
  if (found.first.length < NAMED) found.first.push(path);
}

/** What lies at a path, or nothing. Throws for what nobody can tell. */
function statOf(path: string): BigIntStats | undefined {
  if (path.includes(BROKEN)) throw new Error('a name that is no text');
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The names in a folder; two that only differ in what is no text are told as one. */
function namesIn(path: string): Map<string, Buffer> {
  const names = readdirSync(path, { encoding: 'buffer' }).map((name): [string, Buffer] => [shown(`${name}`), name]);
  return new Map(names.filter(([name]) => !name.startsWith(OLD) && !name.startsWith(STAGE)));
}

/** A name as text: how many marks stand for what is none differs between restic and Node. */
function shown(name: string): string {
  return name.replaceAll(/\ufffd+/g, BROKEN);
}
