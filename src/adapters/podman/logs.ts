import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '#src/kit/problem.ts';
import { clip } from '#src/kit/text.ts';
import type { LogQuery } from '#src/operation/tools.ts';
import type { Engine } from './engine.ts';
import { linesOf } from './lines.ts';
import { refusalOf } from './refusal.ts';
import type { Container } from './shapes.ts';

const MOST_BYTES = 64_000_000;
const SEARCH_MS = 10_000;
const RETRIES = 20;
const RETRY_MS = 100;
const LONGEST_LINE = 4000;
// Podman's effort for the last n lines grows with the square of n (measured: 1000 in 0.1 s, 10 000 in 2 s), so beyond some the whole log costs less.
const FEW = 1000;
const MANY = 10_000;

/** One pass over the end of a log: the last lines that were wanted, how many were seen, and whether it was cut short. */
interface Pass {
  found: string[];
  seen: number;
  cut: boolean;
}

/**
 * The newest lines of a container's log, the newest last. An engine sends what it is asked for oldest first,
 * so a search takes a few lines first, then more, then all of them, as long as there are not too many to wait for.
 */
export async function readLog(
  from: { engine: Engine; container: Container; now: number },
  query: LogQuery,
  signal: AbortSignal,
): Promise<string> {
  const { engine, container, now } = from;
  const { lines, sinceMs } = query;
  const tty = container.Config.Tty;
  const since = sinceMs === undefined ? undefined : now - sinceMs;
  const look = (tail: number | 'all') => {
    const until = performance.now() + SEARCH_MS;
    const read = (stream: Readable) => readPass(stream, { ...query, tty, until });
    return unlessHalfWritten(() => engine.log(container.Id, { tail, since, read }, signal), signal);
  };

  let best: Pass = { found: [], seen: 0, cut: true };
  for (const tail of tailsFor(query, tty)) {
    const pass = await look(tail);
    if (!pass.cut || best.cut) best = pass;
    const enough = tail === 'all' || pass.seen < tail || pass.found.length >= lines;
    if (!pass.cut && enough) return pass.found.join('\n');
  }
  const why = best.cut ? 'too long to be read to its end' : `only the last ${best.seen} lines were searched`;
  return [`[${why}]`, ...best.found].join('\n');
}

function tailsFor({ lines, grep }: LogQuery, tty: boolean): (number | 'all')[] {
  // Lines of a terminal reach the log in pieces, of which Podman's last lines lack all but the last (4.3; containers/podman#19545).
  if (tty) return ['all', grep === undefined ? lines : MANY];
  return grep === undefined ? [lines] : [Math.max(lines, FEW), MANY, 'all'];
}

// Podman stumbles over a line that is being written at that moment.
async function unlessHalfWritten<T>(look: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let left = RETRIES; ; left -= 1) {
    try {
      return await look();
    } catch (error) {
      const said = error instanceof Problem ? refusalOf(error.cause)?.whole : undefined;
      if (left === 0 || !said?.includes('not a valid container log line')) throw error;
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
}

async function readPass(
  stream: AsyncIterable<Buffer>,
  { lines, grep, tty, until }: LogQuery & { tty: boolean; until: number },
): Promise<Pass> {
  const pass: Pass = { found: [], seen: 0, cut: false };
  for await (const line of linesOf(bounded(stream, until, pass), tty)) {
    pass.seen += 1;
    if (grep !== undefined && !line.includes(grep)) continue;
    pass.found.push(clip(line, LONGEST_LINE));
    // Taking one away for each that comes would move the whole list each time.
    if (pass.found.length >= 2 * lines) pass.found = pass.found.slice(-lines);
  }
  return { ...pass, found: pass.found.slice(-lines) };
}

async function* bounded(stream: AsyncIterable<Buffer>, until: number, pass: Pass): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    yield chunk;
    pass.cut = bytes > MOST_BYTES || performance.now() > until;
    if (pass.cut) return;
  }
}
