import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { linesBackwards } from '#src/adapters/process/linesBackwards.ts';
import { patience, temporaryFolder } from '../temporary.ts';

test('all lines come, newest first, whole, also across chunks and in any script', async () => {
  const lines = Array.from({ length: 5000 }, (_, i) => `${i} ${'äöü🚀'.repeat(i % 30)}`);
  expect(await read(`${lines.join('\n')}\n`)).toEqual(lines.toReversed());
});

test('a last line without an end is a line, empty lines between others as well', async () => {
  expect(await read('one\n\nthree')).toEqual(['three', '', 'one']);
});

test('an empty file has no lines', async () => {
  expect(await read('')).toEqual([]);
});

test('it goes back to the line that holds an offset, and no further', async () => {
  const text = 'aaaa\nbbbb\ncccc\n';
  const from = (offset: number) => read(text, offset);
  expect(await from(0)).toEqual(['cccc', 'bbbb', 'aaaa']);
  expect(await from(4)).toEqual(['cccc', 'bbbb', 'aaaa']);
  expect(await from(5)).toEqual(['cccc', 'bbbb']);
  expect(await from(7)).toEqual(['cccc', 'bbbb']);
  expect(await from(10)).toEqual(['cccc']);
  expect(await from(15)).toEqual([]);
});

test('an offset counts the same when many chunks lie before it', async () => {
  const lines = Array.from({ length: 30_000 }, (_, i) => `line ${String(i).padStart(5, '0')}`);
  expect((await read(`${lines.join('\n')}\n`, 11 * 12_345)).toReversed()).toEqual(lines.slice(12_345));
});

test('a line longer than memory should hold comes in pieces', async () => {
  const pieces = await read(`short\n${'x'.repeat(200_000)}\nlast\n`);
  expect(pieces[0]).toBe('last');
  expect(pieces.at(-1)).toBe('short');
  expect(pieces.slice(1, -1).join('')).toBe('x'.repeat(200_000));
});

test('no more is read than the budget allows', async () => {
  const budget = { bytes: 100_000 };
  const lines = await read('0123456789\n'.repeat(100_000), 0, budget);
  expect(budget.bytes).toBeLessThanOrEqual(0);
  expect(lines.length).toBeLessThan(12_000);
});

async function read(text: string, from = 0, budget = { bytes: 10_000_000 }): Promise<string[]> {
  const path = join(await temporaryFolder(), 'log');
  await writeFile(path, text);
  const file = await open(path);
  try {
    const all: string[] = [];
    for await (const lines of linesBackwards(file, from, budget, patience())) all.push(...lines);
    return all;
  } finally {
    await file.close();
  }
}
