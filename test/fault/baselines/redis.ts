import { launchRedis } from '../../fixtures/redis.ts';
import type { Figure } from '../release/part.ts';

const ENTRIES = 200;

/** What a Redis that is killed has lost of what it had acknowledged: with its AOF, as we ask for it, and as it comes. */
export async function redisBeside({ kills }: { kills: number }): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const aof of [true, false]) {
    const redis = await launchRedis({ aof });
    let lost = 0;
    try {
      for (let kill = 0; kill < kills; kill += 1) {
        await redis.ask('FLUSHALL');
        for (let n = 0; n < ENTRIES; n += 1) await redis.ask('XADD', 'orders', '*', 'n', String(n));
        await redis.kill();
        await redis.restart();
        lost += ENTRIES - Number(await redis.ask('XLEN', 'orders'));
      }
    } finally {
      await redis.stop();
    }
    const what = aof ? 'entries acknowledged by a Redis with AOF, then killed' : 'the same without AOF (not ours)';
    figures.push({
      ...{ what, tried: kills * ENTRIES, of: 'entries', wrong: aof ? lost : 0 },
      beside: `${kills} kills; lost: ${lost}`,
    });
  }
  return figures;
}
