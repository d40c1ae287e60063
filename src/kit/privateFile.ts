import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { chmod, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Problem } from './problem.ts';

/**
 * The text of a file that is its owner's alone, who is the user of this process or root; undefined when there is none.
 * Throws a Problem of `code` with the command that mends it when others can read it, or it is a link or no plain file.
 */
export async function readPrivate(file: string, code: string): Promise<string | undefined> {
  // Without O_NONBLOCK a pipe in its place would hold everything up.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file, flags).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    const why = `${file} cannot be read (${cause.code}). Put a plain file there that this user may read.`;
    throw new Problem(code, why, { cause });
  });
  if (!handle) return undefined;
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new Problem(code, `${file} is not a plain file. Put one there.`);
    if (process.platform !== 'win32' && found.uid !== process.geteuid?.() && found.uid !== 0)
      throw new Problem(code, `${file} belongs to somebody else. Run: chown ${process.geteuid?.()} ${file}`);
    if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
      throw new Problem(code, `${file} can be read by others. Run: chmod 600 ${file}`);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** Keeps a text in `file` for its owner alone (mode 600; a folder that is made, 700), in one step that survives a power cut: what stood there before, or all of it. */
export async function writePrivate(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.new`;
  await synced(temporary, 'w', (handle) => handle.writeFile(text));
  await chmod(temporary, 0o600);
  await rename(temporary, file);
  await syncFolder(dirname(file));
}

/** Makes what was renamed in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  await synced(folder, 'r');
}

async function synced(path: string, flags: 'r' | 'w', act?: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(path, flags, 0o600);
  try {
    await act?.(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
