import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OLD, STAGE } from '../restore/names.ts';

const DAY_MS = 86_400_000;

/** Takes away what restores left beside paths: what they replaced before `before` (ms since 1970), and stages that nobody came back for since. */
export async function sweep(paths: readonly string[], before: number): Promise<void> {
  for (const parent of new Set(paths.map((path) => dirname(path)))) {
    const names = await readdir(parent).catch(() => []);
    for (const name of names) if (isDue(name, before)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isDue(name: string, before: number): boolean {
  const prefix = [OLD, STAGE].find((each) => name.startsWith(each));
  if (prefix === undefined) return false;
  const [, date, hour, minute, second] = /^(\d{8})T(\d\d)(\d\d)(\d\d)Z-/.exec(name.slice(prefix.length)) ?? [];
  if (date === undefined) return false;
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
  // A stage is never younger than the restore that a person still looks at.
  return Date.parse(`${day}T${hour}:${minute}:${second}Z`) < before - (prefix === STAGE ? DAY_MS : 0);
}
