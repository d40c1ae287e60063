import { expect, test } from 'vitest';
import { attackNode } from './run.ts';

test('a hub that holds the real keys can do what the policy lets it, and nothing else', {
  timeout: 120_000,
}, async () => {
  const { kinds, orders, can, wrong } = await attackNode({ orders: 300, seed: 4 });
  process.stdout.write(`${orders} orders of ${kinds} kinds; what it can: ${JSON.stringify(can)}\n`);
  expect(wrong).toEqual([]);
  // A node that refuses everything would prove nothing.
  expect(Object.keys(can)).toEqual(
    expect.arrayContaining([
      'restart web, in the name of who may',
      'restart db, with a yes and a reason that it made up in listed names',
      'start web, 2 times an hour',
      'read status, in a listed name',
      'read logs web, in a listed name',
    ]),
  );
});
