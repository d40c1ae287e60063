import { bareCommit, bareSeal, bareStreams } from './limits.ts';
import type { Program } from './program.ts';
import { CLONE } from './program.ts';
import { openStage } from './stage.ts';
import type { Row } from './table.ts';
import { quantiles } from './table.ts';

const WARM = 50;
const READS = 300;

/** From the update at the hub's door to its verdict on the way to Telegram: hub, Redis and agent in processes of their own. */
export async function verdict(bundle: Program | undefined): Promise<Row[]> {
  const stage = await openStage();
  try {
    await stage.agent(bundle ?? CLONE, 'alpha');
    await stage.hub(bundle ?? CLONE);
    for (let n = 0; n < WARM; n += 1) await stage.type('/status');
    const taken: number[] = [];
    for (let n = 0; n < READS; n += 1) {
      const told = stage.tap.next('sendMessage');
      const { postedAt } = await stage.type('/status');
      taken.push((await told).at - postedAt);
    }
    const works = await stage.works(READS);
    const beyond = quantiles(taken.map((ms, n) => ms - (works[n] ?? 0)));
    const [streams, sealed, commit] = [await bareStreams(stage.redis.url), await bareSeal(), await bareCommit()];
    const limit = (which: 'p50' | 'p99') => ({
      what: 'Streams + JWS + SQLite',
      value: streams[which] + sealed[which] + commit[which],
    });
    return [
      {
        what: 'command to verdict beyond the work itself, p50',
        unit: 'ms',
        value: beyond.p50,
        beside: limit('p50'),
        budget: { most: 10 },
      },
      {
        what: 'command to verdict beyond the work itself, p99',
        unit: 'ms',
        value: beyond.p99,
        beside: limit('p99'),
        budget: { most: 25 },
      },
      { what: 'bare Streams round trip through another process, p50', unit: 'ms', value: streams.p50 },
      { what: 'bare order signed and verified, p50', unit: 'ms', value: sealed.p50 },
      { what: 'bare SQLite commit, p50', unit: 'ms', value: commit.p50 },
    ];
  } finally {
    await stage.close();
  }
}
