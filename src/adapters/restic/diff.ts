import { Problem } from '#src/kit/problem.ts';
import { ChangeLine, DiffLine, parseLine } from './lines.ts';
import type { Runner } from './runner.ts';

const DIFF_MS = 10 * 60_000;
const MOST_PATHS = 500;

/** What two snapshots differ in; `paths` has the first 500 with restic's mark: `+`, `-`, `M` (content), `U` (mode or owner), `T` (type). */
export interface Differing {
  changed: number;
  added: number;
  removed: number;
  addedBytes: number;
  removedBytes: number;
  paths: string[];
}

/** Compares two snapshots. */
export async function diff(runner: Runner, older: string, newer: string, signal: AbortSignal): Promise<Differing> {
  const paths: string[] = [];
  let total: DiffLine | undefined;
  const onLine = (line: string): void => {
    const change = parseLine(ChangeLine, line);
    if (change && paths.length < MOST_PATHS) paths.push(`${change.modifier} ${change.path}`);
    total ??= parseLine(DiffLine, line);
  };
  await runner.run(
    ['diff', '--json', '--metadata', '--', older, newer],
    { timeoutMs: DIFF_MS, onLine, unlocked: true },
    signal,
  );
  if (!total) throw new Problem('restic', `restic does not say what differs at ${runner.where}. Try again.`);
  return {
    changed: total.changed_files,
    added: total.added.files,
    removed: total.removed.files,
    addedBytes: total.added.bytes,
    removedBytes: total.removed.bytes,
    paths,
  };
}
