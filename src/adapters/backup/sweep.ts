import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sentenceOf } from '#src/kit/problem.ts';
import { OLD, STAGE } from '../restore/names.ts';
import type { Records } from '../restore/record.ts';

const DAY_MS = 86_400_000;

/** What could not be taken away, and why. */
export interface Left {
  path: string;
  reason: string;
}

/** Takes away what restores of a set left beside paths: what those before `before` (ms since 1970) replaced, and stages that nobody came back for since. What a restore at work needs stays. */
export async function sweep(
  { set, paths, restores }: { set: string; paths: readonly string[]; restores: Records },
  before: number,
): Promise<Left[]> {
  const broom = createBroom();
  const needed = await sweepStaged(set, restores, before, broom);
  for (const record of (await restores.done(set)).filter(({ at }) => at < before)) {
    const kept = record.roots.flatMap(({ old }) => [old, `${old}-between`]);
    if (await broom.takeAway(kept)) await restores.forget(record);
  }
  for (const parent of new Set(paths.map((path) => dirname(path)))) {
    const names = await readdir(parent).catch(() => []);
    const due = names.filter((name) => isDue(name, before)).map((name) => join(parent, name));
    await broom.takeAway(due.filter((path) => !needed.has(path)));
  }
  return broom.left;
}

/** Takes away what was staged and forgotten; answers with what the restore at work still needs. */
async function sweepStaged(set: string, restores: Records, before: number, broom: Broom): Promise<Set<string>> {
  const atWork = await restores.atWork(set);
  if (!atWork) return new Set();
  const { phase, kind, at, stages, roots } = atWork;
  if (phase !== 'staged' || kind !== 'restore' || at >= before - DAY_MS)
    return new Set([...stages, ...roots.flatMap(({ old, staged = old }) => [old, staged])]);
  if (await broom.takeAway(stages)) await restores.forget(atWork);
  return new Set();
}

interface Broom {
  left: Left[];
  /** Answers whether all of them are gone. */
  takeAway(paths: readonly string[]): Promise<boolean>;
}

/** What holds one thing up, such as a mount in it, keeps nothing else. */
function createBroom(): Broom {
  const left: Left[] = [];
  return {
    left,
    async takeAway(paths) {
      const before = left.length;
      for (const path of paths.filter((each) => !left.some((one) => one.path === each)))
        await rm(path, { recursive: true, force: true }).catch((error) => {
          left.push({ path, reason: sentenceOf(error) });
        });
      return left.length === before;
    },
  };
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
