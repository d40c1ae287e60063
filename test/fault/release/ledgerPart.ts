import { withHostileRedis } from '../hostile/run.ts';
import type { Part } from './part.ts';
import { partOf } from './part.ts';

/** A Redis in the hands of somebody else, who changes what is there while the fleet is used. */
export const ledgerPart: Part = async ({ seed, share }) => {
  const { mutations, wrong, ...rest } = await withHostileRedis({ mutations: partOf(10_000, share), seed });
  const kinds = Object.entries(mutations).map(([kind, times]) => `${kind} ${times}`);
  const { intents, yes, restarts, told } = rest;
  const beside = [
    `${intents} intents, ${yes} yes, ${restarts} restarts, ${told} verdicts told; nothing done without a yes, nothing told that no node said`,
    kinds.join(', '),
  ].join('; ');
  const tried = Object.values(mutations).reduce((sum, times) => sum + times, 0);
  return {
    figures: [{ what: 'Redis changed at will', tried, of: 'mutations', wrong: wrong.length, beside }],
    wrong,
  };
};
