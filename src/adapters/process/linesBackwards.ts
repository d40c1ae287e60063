import type { FileHandle } from 'node:fs/promises';

const CHUNK = 64_000;
const NEWLINE = 10;

/** How many bytes a reader may still read; shared by those that work for one query. */
export interface Budget {
  bytes: number;
}

/**
 * The lines of a file from its end, newest first, chunk by chunk, back to the line that holds offset `from`.
 * Stops when the budget is spent. A line longer than a chunk comes in pieces.
 */
export async function* linesBackwards(
  file: FileHandle,
  from: number,
  budget: Budget,
  signal: AbortSignal,
): AsyncGenerator<string[]> {
  const chunk = Buffer.alloc(CHUNK);
  let position = (await file.stat()).size;
  let rest: Buffer = Buffer.alloc(0);
  let last = true;
  while (position > 0 && budget.bytes > 0) {
    signal.throwIfAborted();
    const want = Math.min(CHUNK, position);
    const { bytesRead } = await file.read(chunk, 0, want, position - want);
    // Emptied under our hands: what follows would not fit together.
    if (bytesRead < want) break;
    position -= want;
    budget.bytes -= want;
    const cut = cutLines(Buffer.concat([chunk.subarray(0, want), rest]), from - position);
    if (last && cut.lines[0] === '') cut.lines.shift();
    last = last && cut.lines.length === 0;
    yield cut.lines;
    if (cut.reached) return;
    rest = cut.rest;
    if (rest.length < CHUNK) continue;
    yield [rest.toString('utf8')];
    rest = Buffer.alloc(0);
  }
  if (rest.length > 0 && position === 0) yield [rest.toString('utf8')];
}

// `from` counts from the start of the bytes; reached: a line ended before it, so nothing older belongs.
function cutLines(bytes: Buffer, from: number): { lines: string[]; rest: Buffer; reached: boolean } {
  const lines: string[] = [];
  let end = bytes.length;
  for (;;) {
    const newline = end === 0 ? -1 : bytes.lastIndexOf(NEWLINE, end - 1);
    if (newline === -1) return { lines, rest: Buffer.from(bytes.subarray(0, end)), reached: false };
    lines.push(bytes.toString('utf8', newline + 1, end));
    end = newline;
    if (newline < from) return { lines, rest: Buffer.alloc(0), reached: true };
  }
}
