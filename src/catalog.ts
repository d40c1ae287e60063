import { basename } from 'node:path';
import type { Operation } from '#src/operation/define.ts';
import type { Handler } from './catalog/handlers.ts';
import { readHandlers } from './catalog/handlers.ts';

/** Every operation by its name, in the order of names. */
export type Catalog = ReadonlyMap<string, Operation>;

/** Loads `handlers/`: one file is one operation, and the file's name is its name. Throws when a file breaks that. */
export async function loadCatalog(folder?: URL): Promise<Catalog> {
  return createCatalog(await readHandlers(folder));
}

/** The catalog of some operations with the files that they come from. */
export function createCatalog(entries: Handler[]): Catalog {
  const catalog = new Map<string, Operation>();
  for (const { file, operation } of entries) {
    if (!operation?.name) throw new Error(`handlers/${file}: its default export is not an operation`);
    if (basename(file, '.ts') !== operation.name)
      throw new Error(`handlers/${file}: the operation is called ${operation.name}; file and operation have one name`);
    catalog.set(operation.name, operation);
  }
  return catalog;
}
