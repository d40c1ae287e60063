import { expect, test } from 'vitest';
import { joseBeside } from './tokens.ts';

test('what jose takes as it comes, our opener does not', { timeout: 60_000 }, async () => {
  const figures = await joseBeside({ each: 2, seed: 1 });
  expect(figures.filter(({ wrong }) => wrong > 0)).toEqual([]);
  expect(figures.find(({ what }) => what.includes('no expiry'))?.beside).toBe(
    "jose's jwtVerify as it comes takes 2, ours 0",
  );
});
