import { expect, test } from 'vitest';
import { whyWithout } from '../../fixtures/redis.ts';
import { withHostileRedis } from './run.ts';

const without = whyWithout('redis-server');

test.skipIf(without !== undefined)(
  `who holds Redis can keep things from happening and being told, and nothing else${without ? ` (${without})` : ''}`,
  { timeout: 120_000 },
  async () => {
    const { mutations, wrong, ...rest } = await withHostileRedis({ mutations: 150, seed: 5 });
    process.stdout.write(`${JSON.stringify({ mutations, ...rest })}\n`);
    expect(wrong).toEqual([]);
    expect(rest.yes).toBeGreaterThan(0);
  },
);
