import type { FileHandle } from 'node:fs/promises';
import { chmod, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Keeps a text in `file` for its owner alone (mode 600; a folder that is made, 700), in one step that survives a power cut: what stood there before, or all of it. */
export async function writePrivate(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.new`;
  await synced(temporary, 'w', (handle) => handle.writeFile(text));
  await chmod(temporary, 0o600);
  await rename(temporary, file);
  await synced(dirname(file), 'r');
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
