import { attackNode } from '../red/run.ts';
import type { Part } from './part.ts';
import { partOf } from './part.ts';

/** A hub in the hands of somebody else, which holds the real keys; what it was able to do is listed. */
export const redPart: Part = async ({ seed, share }) => {
  const { kinds, orders, can, wrong } = await attackNode({ orders: partOf(10_000, share), seed });
  const able = Object.entries(can).map(([what, times]) => `${what} (${times})`);
  return {
    figures: [
      {
        ...{ what: 'a hub with the real keys against a node', tried: orders, of: 'orders', wrong: wrong.length },
        beside: `${kinds} kinds of attack; outside the policy: ${wrong.length}; within it, it could: ${able.join('; ')}`,
      },
    ],
    wrong,
  };
};
