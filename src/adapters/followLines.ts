import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Longest line that is handed on, in UTF-16 units; what is longer is dropped. */
const MAX_LINE = 1_000_000;

/** Hands on a stream of text line by line, without their ends. */
export function followLines(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let tooLong = false;
  const take = (text: string): void => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!tooLong) onLine(line);
      tooLong = false;
    }
    if (rest.length > MAX_LINE) {
      tooLong = true;
      rest = '';
    }
  };
  stream.on('data', (chunk: Uint8Array) => take(decoder.write(Buffer.from(chunk))));
  stream.on('end', () => {
    take(decoder.end());
    if (rest && !tooLong) onLine(rest);
  });
}
