import { expect, test } from 'vitest';
import { fuzz } from '../fuzz/run.ts';

test('5,000 made-up updates: none is a crash, and nothing is asked that is not plainly from an operator in an allowed chat', async () => {
  const { wrong, plain, asked } = await fuzz({ updates: 5_000, seed: 2_026 });
  expect(wrong).toEqual([]);
  expect(plain).toBeGreaterThan(500);
  expect(asked).toBeGreaterThan(50);
}, 60_000);
