import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reach } from './reach.ts';

const REPLACED = 'backup-replaced';
const EMPTIED = 'backup-emptied';

/** What is seen of a repository: which it is, and the ids of all of its snapshots. */
export interface Seen {
  digest: string | undefined;
  snapshots: readonly string[];
}

/** What a folder of this machine shows of its repository without its key; undefined: there is none. */
export async function lookAtFolder(path: string): Promise<Seen | undefined> {
  const config = await readFile(join(path, 'config')).catch(() => undefined);
  if (!config) return undefined;
  const snapshots = await readdir(join(path, 'snapshots')).catch(() => []);
  return { digest: createHash('sha256').update(config).digest('hex'), snapshots };
}

/** Tells a repository that is another than before, or has lost the newest backups that this node made there (`newest`, short ids), and remembers the first that is seen. */
export async function compareRepository(
  reach: Reach,
  destination: string,
  { id, digest, snapshots, newest }: Seen & { id: string; newest: readonly string[] },
): Promise<void> {
  const was = await reach.identity(destination);
  const isOther = was.id !== undefined && was.id !== id;
  await reach.tell(destination, REPLACED, isOther ? replaced(destination, was.id ?? '', id) : undefined);
  if (!isOther && (was.id === undefined || was.digest !== digest)) await reach.identify(destination, { id, digest });
  const there = new Set(snapshots.map((each) => each.slice(0, 8)));
  const gone = isOther ? [] : newest.filter((each) => !there.has(each));
  await reach.tell(destination, EMPTIED, gone.length > 0 ? emptied(destination, gone) : undefined);
}

function replaced(destination: string, was: string, is: string): string {
  return `The repository ${destination} is another one than before (${is.slice(0, 8)}, it was ${was.slice(0, 8)}), and does not have the old backups. Is another disk mounted? If it is meant to be so: /backup with --new`;
}

function emptied(destination: string, gone: readonly string[]): string {
  return `The newest backups that were made at ${destination} are not there any more: ${gone.slice(0, 5).join(', ')}. Has somebody dropped them? See /backups, and make new ones: /backup`;
}
