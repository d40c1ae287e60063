import { expect, test } from 'vitest';
import { redeliver } from '../fuzz/redelivered.ts';

test('500 commands that are delivered doubled, out of order, late and edited become one order each', async () => {
  const { wrong, deliveries, late, orders } = await redeliver({ intents: 500, seed: 11 });
  expect(wrong).toEqual([]);
  expect(deliveries).toBeGreaterThan(1_200);
  expect(late).toBeGreaterThan(10);
  expect(orders).toBe(500 - late);
}, 60_000);
