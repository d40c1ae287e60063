import { open, stat } from 'node:fs/promises';
import { clip } from '#src/kit/text.ts';
import type { LogQuery } from '#src/operation/tools.ts';
import { createLane } from '../lane.ts';
import type { Budget } from './linesBackwards.ts';
import { linesBackwards } from './linesBackwards.ts';
import { rotateLog } from './logRotate.ts';
import type { LogTimes } from './logTimes.ts';
import { openLogTimes } from './logTimes.ts';

const MOST_READ = 64_000_000;
const LONGEST_LINE = 4000;
const START = { log: 0, rotated: 0 };

/** The log of one workload: the file it writes to, the one before (`.1`) and the index of times (`.times`). */
export interface ProcessLog {
  /** Notes size and time, and rotates the log when it has grown past its bound; to be called now and then, and before each start. */
  keep(signal: AbortSignal): Promise<void>;
  /** The newest lines last, oldest first; reads from the end and no more than is needed. */
  read(query: LogQuery, signal: AbortSignal): Promise<string>;
}

/** What a log needs: its path, which need not exist yet, how big it may get, and a clock. */
export interface ProcessLogDeps {
  path: string;
  maxBytes: number;
  now: () => number;
}

/** Makes the log in `path`; one query or rotation at a time. */
export function createProcessLog({ path, maxBytes, now }: ProcessLogDeps): ProcessLog {
  const lane = createLane();
  let index: Promise<LogTimes> | undefined;
  const opened = () => {
    index ??= openLogTimes(`${path}.times`, now);
    return index;
  };
  return {
    keep: (signal) => lane.run(keep, signal),
    read: (query, signal) => lane.run(() => read(query, signal), signal),
  };

  async function keep(): Promise<void> {
    const size = await sizeOf(path);
    const times = await opened();
    await times.note(size);
    if (size <= maxBytes) return;
    await rotateLog(path, maxBytes);
    times.emptied();
  }

  async function read({ lines, sinceMs, grep }: LogQuery, signal: AbortSignal): Promise<string> {
    const begin = sinceMs === undefined ? START : (await opened()).since(now() - sinceMs, await sizeOf(`${path}.1`));
    const budget: Budget = { bytes: MOST_READ };
    const found: string[] = [];
    for await (const line of newestFirst({ path, begin, budget }, signal)) {
      if (found.length >= lines) break;
      if (grep === undefined || line.includes(grep)) found.push(clip(line.replace(/\r$/, ''), LONGEST_LINE));
    }
    if (budget.bytes <= 0 && found.length < lines)
      found.push(`[only the last ${MOST_READ / 1_000_000} MB were searched]`);
    return found.reverse().join('\n');
  }
}

async function* newestFirst(
  from: { path: string; begin: { log: number; rotated: number }; budget: Budget },
  signal: AbortSignal,
): AsyncGenerator<string> {
  for (const [path, begin] of [
    [from.path, from.begin.log],
    [`${from.path}.1`, from.begin.rotated],
  ] as const) {
    if (begin > 0 && begin >= (await sizeOf(path))) continue;
    const file = await open(path, 'r').catch(() => undefined);
    if (!file) continue;
    try {
      for await (const lines of linesBackwards(file, begin, from.budget, signal)) yield* lines;
    } finally {
      await file.close();
    }
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
