import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Ledger } from '#src/ledger/port.ts';
import type { Job } from '#src/ledger/records.ts';
import { startRedis } from '../../fixtures/redis.ts';
import { createStop, LONG_MS } from '../contract/waiting.ts';
import { sampleAsk, sampleAudit, T0 } from '../samples.ts';
import { openLedger, REDIS } from './opened.ts';

const COUNT = 100;
const Said = z.object({ seq: z.number(), job: z.string() });

describe.skipIf(REDIS.isMissing)(`two hubs on one Redis ${REDIS.name}`, () => {
  test('ask each intent once, fold each event once, and tell each end once', { timeout: 60_000 }, async () => {
    const server = await startRedis();
    const [one, two, agent] = [server, server, server].map(({ url }) => openLedger({ url }));
    if (!one || !two || !agent) throw new Error('three handles were opened');
    const stop = createStop();
    const told = new Map<string, number>();
    const hubs = [one, two].map((ledger, i) => work(ledger, `hub ${i}`, told, stop.signal));
    const node = carryOut(agent, stop.signal);

    const asks = Array.from({ length: COUNT }, (_, i) => sampleAsk(`${i}`));
    const fresh = await Promise.all(asks.flatMap((ask) => [one.ask(ask), two.ask(ask)]));
    expect(fresh.filter((answer) => answer.fresh)).toHaveLength(COUNT);
    await node;
    await Promise.all(hubs);

    const jobs = await one.jobs({ limit: 1000 });
    expect(jobs.map(({ state }) => state)).toEqual(asks.map(() => 'ended'));
    expect([...told.keys()].toSorted()).toEqual(asks.map(({ post }) => post.id).toSorted());
    expect([...told.values()], 'the end of each').toEqual(asks.map(() => 2));
    expect(await one.audits(1000)).toHaveLength(COUNT);
    expect(await one.cursor('alpha')).toEqual(`l ${COUNT}`);
  });
});

/** A node that ends each job once, and says so. */
async function carryOut(ledger: Ledger, signal: AbortSignal): Promise<void> {
  const done = new Set<string>();
  for (let after = '0'; done.size < COUNT; ) {
    const entries = await ledger.orders('alpha', after, LONG_MS, signal);
    for (const { token } of entries) {
      const job = token.replace('order ', '');
      expect(done.has(job), 'ordered once').toBe(false);
      done.add(job);
      await ledger.append('alpha', [JSON.stringify({ seq: done.size, job })]);
    }
    after = entries.at(-1)?.position ?? after;
  }
}

/** A hub that folds and tells, until every end was told by somebody. */
async function work(ledger: Ledger, by: string, told: Map<string, number>, signal: AbortSignal): Promise<void> {
  const isOver = () => told.size === COUNT && [...told.values()].every((revision) => revision === 2);
  while (!isOver()) {
    await ledger.waitForEvents(['alpha'], 20, signal);
    await foldAll(ledger);
    for (const post of await ledger.untold(T0, by)) {
      const story = await ledger.lease(post, { by, now: T0, until: T0 + 10_000 });
      if (!story) continue;
      const { revision } = story.post;
      expect(revision, `${post} was told as it is now`).toBeGreaterThan(told.get(post) ?? 0);
      told.set(post, revision);
      await ledger.told({ post, by, revision, message: 55 });
    }
  }
}

async function foldAll(ledger: Ledger): Promise<void> {
  for (const { cursor, events } of await ledger.unfolded(['alpha'], 7)) {
    const said = events.map(({ token }) => Said.parse(JSON.parse(token)));
    const found = await ledger.jobsById(said.map(({ job }) => job));
    await ledger.fold({
      node: 'alpha',
      from: cursor,
      to: `l ${said.at(-1)?.seq ?? 0}`,
      through: events.at(-1)?.position ?? '0',
      jobs: found.map((job): Job => ({ ...job, state: 'ended', verdict: 'done' })),
      alerts: [],
      posts: [],
      audit: said.map(({ job }) => sampleAudit({ decision: 'done', job })),
    });
  }
}
