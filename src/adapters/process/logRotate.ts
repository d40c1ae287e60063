import type { FileHandle } from 'node:fs/promises';
import { open, rename } from 'node:fs/promises';

const CHUNK = 1_000_000;

/**
 * Moves the last `keepBytes` of a log to `<path>.1` and empties the log. It is copied, not renamed, since a running program
 * goes on writing to the file that it has open; lines written in the instant between the last look and the emptying are lost.
 */
export async function rotateLog(path: string, keepBytes: number): Promise<void> {
  const kept = `${path}.1`;
  const log = await open(path, 'r+');
  const copy = await open(`${kept}.tmp`, 'w', 0o600);
  try {
    const start = await lineStart(log, Math.max(0, (await log.stat()).size - keepBytes));
    const copied = await copyOn(log, copy, start);
    await copy.sync();
    await rename(`${kept}.tmp`, kept);
    await copyOn(log, copy, copied);
    await log.truncate(0);
  } finally {
    await log.close();
    await copy.close();
  }
}

// Where the first whole line at or after an offset begins, if one begins soon.
async function lineStart(log: FileHandle, offset: number): Promise<number> {
  if (offset === 0) return 0;
  const { buffer, bytesRead } = await log.read(Buffer.alloc(64_000), 0, 64_000, offset - 1);
  const newline = buffer.subarray(0, bytesRead).indexOf(10);
  return newline === -1 ? offset : offset + newline;
}

async function copyOn(log: FileHandle, copy: FileHandle, from: number): Promise<number> {
  const chunk = Buffer.alloc(CHUNK);
  let position = from;
  for (;;) {
    const { bytesRead } = await log.read(chunk, 0, CHUNK, position);
    if (bytesRead === 0) return position;
    await copy.writeFile(chunk.subarray(0, bytesRead));
    position += bytesRead;
  }
}
