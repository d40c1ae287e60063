import { readFile } from 'node:fs/promises';
import { isInside } from './realPath.ts';

/** What Linux says of the file systems that this process sees, one a line. */
const MOUNTS = '/proc/self/mountinfo';

/** Where file systems are mounted at or below a path that has no links in it; nothing where the system does not say it. */
export async function mountsIn(path: string, from = MOUNTS): Promise<string[]> {
  const text = await readFile(from, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const places = text.split('\n').flatMap((line) => line.split(' ')[4] ?? []);
  return [...new Set(places.map(unescaped))].filter((place) => isInside(place, path));
}

/** Blanks, tabs, ends of lines and backslashes of a path stand there in octal digits. */
function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
