import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sentenceOf } from '#src/kit/problem.ts';
import { isThere } from '../restore/identity.ts';
import { DYING, OLD, STAGE, timeOf } from '../restore/names.ts';
import type { Records, RestoreRecord } from '../restore/record.ts';
import { replacedAt } from '../restore/record.ts';
import { isInside } from '../tree/realPath.ts';

const DAY_MS = 86_400_000;

/** What could not be taken away, and why. */
export interface Left {
  path: string;
  reason: string;
}

type Remove = (path: string) => Promise<void>;

/** Takes away what restores of a set left beside paths: what those replaced that were put in place before `before` (ms since 1970), and stages that nobody came back for since. What a restore of any set still names stays. */
export async function sweep(
  { set, paths, restores }: { set: string; paths: readonly string[]; restores: Records },
  { before, now }: { before: number; now: number },
  remove: Remove = (path) => rm(path, { recursive: true, force: true }),
): Promise<Left[]> {
  const broom = createBroom(remove);
  const needed = await sweepStaged(set, restores, before, broom);
  await correct(await restores.done(set), restores, now);
  for (const record of (await restores.done(set)).filter((one) => replacedAt(one) < before)) {
    const kept = [...record.stages, ...record.roots.flatMap(({ old }) => [old, `${old}-between`])];
    if (kept.some((path) => needed.has(path))) continue;
    if (await broom.takeAway(kept)) await restores.forget(record);
  }
  for (const parent of new Set(paths.map((path) => dirname(path)))) {
    await sweepNames(parent, restores, before, broom).catch((error) => {
      broom.left.push({ path: parent, reason: sentenceOf(error) });
    });
  }
  return broom.left;
}

/** A restore from before its own backup, or from before the restore before it, was made by a clock that was behind: it counts from now. */
async function correct(done: readonly RestoreRecord[], restores: Records, now: number): Promise<void> {
  let earlier = 0;
  for (const record of done.toReversed()) {
    const at = replacedAt(record);
    const least = Math.max(...[earlier, record.snapshot?.at ?? 0].filter((each) => each <= now), 0);
    if (at < least) await restores.write({ ...record, swappedAt: now });
    const believed = at < least ? now : at;
    if (believed <= now) earlier = Math.max(earlier, believed);
  }
}

/** Takes away what was staged and forgotten; answers with what the restore at work still needs. */
async function sweepStaged(set: string, restores: Records, before: number, broom: Broom): Promise<Set<string>> {
  const atWork = await restores.atWork(set);
  if (!atWork) return new Set();
  const { phase, kind, at, stages } = atWork;
  if (phase !== 'staged' || kind !== 'restore' || at >= before - DAY_MS) return new Set(namedBy(atWork));
  if (await broom.takeAway(stages)) await restores.forget(atWork);
  return new Set();
}

/** Takes away what no record knows any more. The folder is read before the records: whatever lies in it by then has had its record written. */
async function sweepNames(parent: string, restores: Records, before: number, broom: Broom): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  const named = (await restores.all()).flatMap(namedBy);
  const due = names.filter((name) => isDue(name, before)).map((name) => join(parent, name));
  await broom.takeAway(due.filter((path) => !named.some((one) => isInside(one, path))));
}

/** All that a record may still put in place or take back. */
function namedBy({ stages, roots }: RestoreRecord): string[] {
  return [...stages, ...roots.flatMap(({ old, staged = old }) => [old, `${old}-between`, staged])];
}

interface Broom {
  left: Left[];
  /** Answers whether all of them are gone. */
  takeAway(paths: readonly string[]): Promise<boolean>;
}

/** What holds one thing up, such as a mount in it, keeps nothing else. A tree gets another name before anything of it is deleted: who wants to put it in place finds it whole or not at all. */
function createBroom(remove: Remove): Broom {
  const left: Left[] = [];
  const takeOne = async (path: string): Promise<void> => {
    const dying = basename(path).startsWith(DYING) ? path : join(dirname(path), `${DYING}${basename(path).slice(1)}`);
    try {
      // Of an earlier time, which was broken off.
      await remove(dying);
      if (dying === path || !(await isThere(path))) return;
      await rename(path, dying);
      await remove(dying);
    } catch (error) {
      left.push({ path: (await isThere(path)) ? path : dying, reason: sentenceOf(error) });
    }
  };
  return {
    left,
    async takeAway(paths) {
      const before = left.length;
      for (const path of paths.filter((each) => !left.some((one) => one.path === each))) await takeOne(path);
      return left.length === before;
    },
  };
}

function isDue(name: string, before: number): boolean {
  if (name.startsWith(DYING)) return true;
  const prefix = [OLD, STAGE].find((each) => name.startsWith(each));
  if (prefix === undefined) return false;
  const at = timeOf(name.slice(prefix.length));
  // A stage is never younger than the restore that a person still looks at.
  return at !== undefined && at < before - (prefix === STAGE ? DAY_MS : 0);
}
