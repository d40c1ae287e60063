import { readdir } from 'node:fs/promises';
import type { Operation } from '#src/operation/define.ts';

const HANDLERS = new URL('../../handlers/', import.meta.url);

/** A file of `handlers/` with what it exports by default. */
export interface Handler {
  file: string;
  operation: Operation | undefined;
}

/** What each file of a folder exports, in the order of names. In a bundle a list stands in the place of this module (bin/build.mjs). */
export async function readHandlers(folder: URL = HANDLERS): Promise<Handler[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort();
  const loaded = files.map(async (file) => {
    const module: { default?: Operation } = await import(new URL(file, folder).href);
    return { file, operation: module.default };
  });
  return await Promise.all(loaded);
}
