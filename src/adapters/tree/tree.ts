import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';

/** One thing in a tree; `path` is relative to its root and in bytes, since a name need not be text. */
export interface Entry {
  path: Buffer;
  stats: BigIntStats;
}

const SLASH = Buffer.from('/');
/** What is no longer than this is read at once, in bytes: a stream costs more than the reading. */
const SMALL = 262_144n;

/** Everything at and below a path, folders before what is in them, in the order of their bytes. A loop and no recursion: each thing would pass through a generator of every folder above it. */
export async function* walk(root: string | Buffer, signal: AbortSignal): AsyncGenerator<Entry> {
  const top = Buffer.from(root);
  const open: Buffer[] = [Buffer.alloc(0)];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    signal.throwIfAborted();
    const full = path.length === 0 ? top : Buffer.concat([top, SLASH, path]);
    const stats = await lstat(full, { bigint: true });
    yield { path, stats };
    if (!stats.isDirectory()) continue;
    const names = await readdir(full, { encoding: 'buffer' });
    for (const name of names.sort(Buffer.compare).reverse())
      open.push(path.length === 0 ? name : Buffer.concat([path, SLASH, name]));
  }
}

/** What a tree comes to: the digest of all names, kinds, modes, owners, times, links and contents in it. */
export interface TreeHash {
  digest: string;
  files: number;
  bytes: number;
}

/** The hash of a tree: two trees have the same one when nobody could tell them apart but by their extended attributes, which Node cannot read. */
export async function hashTree(root: string, signal: AbortSignal): Promise<TreeHash> {
  const total = createHash('sha256');
  const links = new Map<string, Buffer>();
  let [files, bytes] = [0, 0];
  for await (const { path, stats } of walk(root, signal)) {
    const kind = kindOf(stats);
    const own = [kind, stats.mode & 0o7777n, stats.uid, stats.gid, kind === 'dir' ? 0 : stats.size, stats.mtimeNs];
    total.update(path).update('\0').update(own.join(' ')).update('\0');
    const full = path.length === 0 ? Buffer.from(root) : Buffer.concat([Buffer.from(root), SLASH, path]);
    if (kind === 'symlink') total.update(await readlink(full, { encoding: 'buffer' }));
    if (kind !== 'file') continue;
    files += 1;
    bytes += Number(stats.size);
    const first = stats.nlink > 1n ? links.get(inode(stats)) : undefined;
    if (first) total.update('=').update(first);
    else if (stats.size > SMALL) total.update(await hashFile(full, signal));
    else
      total.update(
        createHash('sha256')
          .update(await readFile(full))
          .digest(),
      );
    if (stats.nlink > 1n && !first) links.set(inode(stats), path);
  }
  return { digest: total.digest('hex'), files, bytes };
}

/** The SHA-256 of a file's content. */
export async function hashFile(path: string | Buffer, signal: AbortSignal): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { signal, highWaterMark: 262_144 })) hash.update(chunk);
  return hash.digest();
}

/** The kind of a thing, by restic's names for the first three. */
export function kindOf(stats: BigIntStats): 'file' | 'dir' | 'symlink' | 'other' {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'dir';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}

function inode({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}
