import { bullmqBeside } from '../baselines/bullmq.ts';
import { redisBeside } from '../baselines/redis.ts';
import { joseBeside } from '../baselines/tokens.ts';
import { grammyBeside } from '../baselines/webhook.ts';
import type { Part } from './part.ts';
import { partOf } from './part.ts';

/** What others do as they come, beside ours, in the same harness. */
export const baselinesPart: Part = async ({ seed, share }) => {
  const figures = [
    ...(await joseBeside({ each: partOf(200, share), seed })),
    ...(await grammyBeside({ times: partOf(300, share) })),
    ...(await redisBeside({ kills: partOf(10, share) })),
    ...(await bullmqBeside({ jobs: partOf(100, share) })),
  ];
  return { figures, wrong: figures.filter(({ wrong }) => wrong > 0).map(({ what, beside }) => `${what}: ${beside}`) };
};
