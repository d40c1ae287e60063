import { expect, test } from 'vitest';
import { linesOf } from '#src/adapters/podman/lines.ts';

test('frames may be cut anywhere', async () => {
  const whole = Buffer.concat([
    frame(1, 'grün\n'),
    frame(2, 'err'),
    frame(1, 'two\nthr'),
    frame(2, 'or\n'),
    frame(1, 'ee'),
  ]);
  for (let size = 1; size <= whole.length; size += 1)
    expect(await read(cut(whole, size))).toEqual(['grün', 'two', 'error', 'three']);
});

test('an empty frame and an empty line are what they are', async () => {
  expect(await read([Buffer.concat([frame(1, ''), frame(1, '\n'), frame(1, 'end\n')])])).toEqual(['', 'end']);
  expect(await read([])).toEqual([]);
});

test('with a terminal there are no frames, and lines end as they do there', async () => {
  expect(await read(cut(Buffer.from('one\r\ntwo\r\nthree'), 3), true)).toEqual(['one', 'two', 'three']);
});

test('a line without an end is kept to what is worth keeping', async () => {
  const pieces = Array.from({ length: 100 }, () => frame(1, 'x'.repeat(8192)));
  const [line, ...others] = await read([...pieces, frame(1, '\nafter\n')]);
  expect(line).toHaveLength(16_000);
  expect(others).toEqual(['after']);
});

function frame(stream: number, text: string): Buffer {
  const bytes = Buffer.from(text);
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

function cut(whole: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(whole.length / size) }, (_, i) => whole.subarray(i * size, (i + 1) * size));
}

async function read(chunks: Buffer[], tty = false): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(from(chunks), tty)) lines.push(line);
  return lines;
}

async function* from(chunks: Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}
