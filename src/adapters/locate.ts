import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * The absolute path of a program that is looked up in PATH, or its name as it is when it is not there. Folders of PATH
 * that are not absolute are passed over: what they mean depends on where one stands.
 */
export async function locate(file: string, path: string | undefined): Promise<string> {
  if (file.includes('/')) return file;
  for (const folder of (path ?? '').split(delimiter).filter(isAbsolute)) {
    const found = join(folder, file);
    const isThere = await access(found, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return found;
  }
  return file;
}
