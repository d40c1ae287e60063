const NEWLINE = 10;
const HEADER = 8;
const LONGEST_LINE = 16_000;

/** A piece of output, and which of stdout (1) and stderr (2) it belongs to. */
interface Piece {
  stream: number;
  bytes: Buffer;
}

/** A line that is still being written; what is beyond `LONGEST_LINE` bytes of it is dropped. */
interface Begun {
  pieces: Buffer[];
  size: number;
}

/**
 * The lines of an engine's log, in the order they ended. Without a terminal, stdout and stderr come mixed, in frames: one byte that tells which,
 * three of nothing, the length in four, and so many bytes, which need not end with a line. With a terminal there is one stream and no frames.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>, tty: boolean): AsyncGenerator<string> {
  const begun = new Map<number, Begun>();
  for await (const { stream, bytes } of tty ? unframed(chunks) : framed(chunks)) {
    const line = begun.get(stream) ?? { pieces: [], size: 0 };
    begun.set(stream, line);
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
      add(line, bytes.subarray(from, end));
      yield take(line);
      from = end + 1;
    }
    add(line, bytes.subarray(from));
  }
  for (const line of begun.values()) if (line.size > 0) yield take(line);
}

async function* unframed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  for await (const bytes of chunks) yield { stream: 1, bytes };
}

async function* framed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  let header = Buffer.alloc(0);
  let left = 0;
  for await (const chunk of chunks) {
    let from = 0;
    while (from < chunk.length) {
      if (left > 0) {
        const bytes = chunk.subarray(from, from + left);
        left -= bytes.length;
        from += bytes.length;
        yield { stream: header[0] ?? 1, bytes };
        if (left === 0) header = Buffer.alloc(0);
        continue;
      }
      const wanted = chunk.subarray(from, from + HEADER - header.length);
      header = Buffer.concat([header, wanted]);
      from += wanted.length;
      if (header.length < HEADER) continue;
      left = header.readUInt32BE(4);
      if (left === 0) header = Buffer.alloc(0);
    }
  }
}

function add(line: Begun, bytes: Buffer): void {
  const room = LONGEST_LINE - line.size;
  if (room <= 0 || bytes.length === 0) return;
  line.pieces.push(bytes.subarray(0, room));
  line.size += Math.min(room, bytes.length);
}

function take(line: Begun): string {
  const text = Buffer.concat(line.pieces).toString('utf8').replace(/\r$/, '');
  line.pieces = [];
  line.size = 0;
  return text;
}
