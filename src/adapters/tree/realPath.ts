import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Whether a path is a folder or lies in it, by their text alone. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

/** Where a path leads; what of it is not there, or cannot be followed, stays as it is written. */
export async function realPath(path: string): Promise<string> {
  return await realpath(path).catch(() => (path === '/' ? path : realPlace(path)));
}

/** Where a name really stands: it may itself be a link, which is not followed. */
export async function realPlace(path: string): Promise<string> {
  return join(await realPath(dirname(path)), basename(path));
}
