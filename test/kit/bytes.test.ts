import { expect, test } from 'vitest';
import { formatBytes } from '#src/kit/bytes.ts';

test.each([
  [0, '0 B'],
  [1, '1 B'],
  [9, '9 B'],
  [999, '999 B'],
  [1000, '1.0 KB'],
  [1049, '1.0 KB'],
  [1051, '1.1 KB'],
  [10_000, '10 KB'],
  [812_000_000, '812 MB'],
  [4_200_000_000, '4.2 GB'],
  [45_400_000_000, '45 GB'],
  [2_000_000_000_000, '2.0 TB'],
  [3_000_000_000_000_000, '3000 TB'],
])('%i bytes read as %s', (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});
