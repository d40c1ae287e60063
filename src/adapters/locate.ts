import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * The absolute path of a program that is looked up in PATH. Folders of PATH that are not absolute are passed over: what
 * they mean depends on where one stands. One that is nowhere gets the path at which it was looked for first, so that
 * nobody else goes on to look.
 */
export async function locate(file: string, path: string | undefined): Promise<string> {
  if (file.includes('/')) return file;
  const places = (path ?? '')
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, file));
  for (const place of places) {
    const isThere = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return place;
  }
  return places[0] ?? join('/', file);
}
