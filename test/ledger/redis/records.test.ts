import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startRedis } from '../../fixtures/redis.ts';
import { ordersOf, sampleAsk, sampleAudit, sampleJob, sampleQuestion, T0, tokensOf } from '../samples.ts';
import { openLedger, problem, REDIS } from './opened.ts';

const HOUR_MS = 3_600_000;

describe.skipIf(REDIS.isMissing)(`the records in Redis ${REDIS.name}`, () => {
  test('lie under their prefix alone, and are gone when they were trimmed', async () => {
    const server = await startRedis();
    const ledger = openLedger({ url: server.url, prefix: 'fleet:' });
    await ledger.ask(sampleQuestion());
    await ledger.ask({ ...sampleAsk('2', ['alpha', 'beta']), audit: [sampleAudit()] });
    const keys = async () => z.array(z.string()).parse(await server.ask('KEYS', '*'));
    expect((await keys()).filter((key) => !key.startsWith('fleet:'))).toEqual([]);
    const ended = ['j2', 'j2-1'].map((id) => sampleJob({ id, post: 'p2', state: 'ended' }));
    const fold = { node: 'alpha', from: undefined, to: undefined, through: '0', alerts: [], posts: [], audit: [] };
    await ledger.fold({ ...fold, jobs: ended });
    await ledger.trim({ ordersBefore: Date.now() + HOUR_MS, recordsBefore: T0 + HOUR_MS });
    expect((await keys()).toSorted()).toEqual(
      ['audit', 'count', 'nodes', 'orders:alpha', 'orders:beta'].map((key) => `fleet:${key}`),
    );
  });

  test('that belong to somebody else are a problem for those who read them, not for others', async () => {
    const server = await startRedis();
    const ledger = openLedger({ url: server.url });
    await ledger.ask(sampleAsk('2'));
    await server.ask('SET', 'ng:audit', 'a text');
    await expect(ledger.audits(9)).rejects.toEqual(problem(/has something else under our keys/));
    expect(await ledger.jobsById(['j2'])).toHaveLength(1);
  });

  test('keep the time at which each order came, by the clock that was handed in', async () => {
    const server = await startRedis();
    let time = T0;
    const ledger = openLedger({ url: server.url, now: () => time });
    const send = (token: string) => ledger.send([{ node: 'alpha', job: 'j1', token }]);
    await send('o1');
    time += 1000;
    await send('o2');
    time -= 2000;
    await send('o3');
    expect(tokensOf(await ordersOf(ledger, 'alpha')), 'in order, though the clock went back').toEqual([
      'o1',
      'o2',
      'o3',
    ]);
    await ledger.trim({ ordersBefore: T0 + 1000, recordsBefore: 0 });
    expect(tokensOf(await ordersOf(ledger, 'alpha'))).toEqual(['o2', 'o3']);
  });

  test('refuse what is no position', async () => {
    const server = await startRedis();
    const ledger = openLedger({ url: server.url });
    for (const position of ['$', '', '-', '1-', 'x', '1 2'])
      await expect(ordersOf(ledger, 'alpha', position)).rejects.toEqual(
        problem(/is no position in this ledger: read from 0/),
      );
  });

  test('are many, and are still found by the beginning of an id', async () => {
    const server = await startRedis();
    const ledger = openLedger({ url: server.url });
    const jobs = Array.from({ length: 2500 }, (_, i) => sampleJob({ id: `${i}`.padStart(4, '0'), askedAt: T0 + i }));
    await ledger.ask({ ...sampleAsk('1'), jobs });
    expect((await ledger.jobs({ id: '000', limit: 99 })).map(({ id }) => id)).toEqual(
      Array.from({ length: 10 }, (_, i) => `000${9 - i}`),
    );
    expect((await ledger.jobs({ limit: 1500 })).at(-1)?.id).toBe('1000');
  });
});
