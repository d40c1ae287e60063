import type { Readable } from 'node:stream';

/** Keeps the end of a stream, at most so many bytes, however much it is; answers with what there is of it. */
export function keepTail(stream: Readable, maxBytes: number): () => Buffer {
  let chunks: Buffer[] = [];
  let length = 0;
  const tail = (): Buffer => {
    const all = Buffer.concat(chunks);
    return all.length > maxBytes ? Buffer.from(all.subarray(-maxBytes)) : all;
  };
  stream.on('data', (chunk: Uint8Array) => {
    chunks.push(Buffer.from(chunk));
    length += chunk.length;
    if (length <= 2 * maxBytes) return;
    chunks = [tail()];
    length = maxBytes;
  });
  return tail;
}
