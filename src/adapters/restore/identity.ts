import { lstat } from 'node:fs/promises';

/** Which thing a name stands for, as `device:inode`; undefined when there is nothing by this name. A link is a thing of its own, also one that leads nowhere. */
export async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await lstat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Whether there is anything by this name, a link that leads nowhere too. */
export async function isThere(path: string): Promise<boolean> {
  return (await identityOf(path)) !== undefined;
}
