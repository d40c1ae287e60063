import { describe, expect, test } from 'vitest';
import { startRedis } from '../../fixtures/redis.ts';
import {
  NODES,
  ordersOf,
  sampleAlert,
  sampleAsk,
  sampleFold,
  sampleJob,
  samplePress,
  sampleQuestion,
  T0,
} from '../samples.ts';
import { openLedger, problem, REDIS } from './opened.ts';

const full = problem(/is full: give it more memory/);

describe.skipIf(REDIS.isMissing)(`a Redis that is full ${REDIS.name}`, () => {
  test('refuses writes whole, goes on reading, and takes them once there is room', async () => {
    const server = await startRedis();
    const ledger = openLedger({ url: server.url });
    await ledger.ask(sampleQuestion());
    await ledger.ask(sampleAsk('2'));
    await ledger.append('alpha', ['e1']);
    await ledger.lease('p2', { by: 'me', now: T0, until: T0 + 1000 });
    const all = async () => [
      await ledger.story('p1'),
      await ledger.story('p2'),
      await ledger.jobs({ limit: 99 }),
      await ledger.alerts({ limit: 99 }),
      await ledger.audits(99),
      await ledger.unfolded(NODES, 9),
      await ledger.untold(T0),
      await ledger.nextDue(),
      await ordersOf(ledger, 'alpha'),
      await server.ask('DBSIZE'),
    ];
    const before = await all();
    await server.ask('CONFIG', 'SET', 'maxmemory', '1');

    const press = samplePress();
    const jobs = [sampleJob({ id: 'j2', post: 'p2', state: 'ended' })];
    const writes = {
      ask: () => ledger.ask(sampleAsk('3')),
      press: () => ledger.press(press),
      send: () => ledger.send([{ node: 'beta', job: 'j', token: 't' }]),
      fold: () => ledger.fold({ ...sampleFold('0'), to: 'l 1', jobs, alerts: [sampleAlert()] }),
      raise: () => ledger.raise({ alert: sampleAlert(), posts: [], audit: [] }),
      lapse: () => ledger.lapse(T0 + 200_000),
      lease: () => ledger.lease('p1', { by: 'me', now: T0, until: T0 + 1000 }),
      append: () => ledger.append('alpha', ['e2', 'e3']),
      audit: () => ledger.audit(press.audit),
      setBeacon: () => ledger.setBeacon('alpha', 'b'),
      remember: () => ledger.remember('a', 'b'),
    };
    for (const [name, write] of Object.entries(writes)) await expect(write(), name).rejects.toEqual(full);
    expect(await all()).toEqual(before);

    await server.ask('CONFIG', 'SET', 'maxmemory', '0');
    for (const [name, write] of Object.entries(writes)) await expect(write(), name).resolves.not.toThrow();
    expect(await ledger.story('p3')).toBeDefined();
  });

  test('still learns what was told, so that nothing is sent twice, and still lets go of what is over', async () => {
    const server = await startRedis();
    const ledger = openLedger({ url: server.url });
    await ledger.ask(sampleAsk('1', []));
    await ledger.ask(sampleAsk('2', [], { createdAt: T0 - 1000 }));
    await ledger.lease('p1', { by: 'me', now: T0, until: T0 + 1000 });
    await server.ask('CONFIG', 'SET', 'maxmemory', '1');
    await ledger.told({ post: 'p1', by: 'me', revision: 1, message: 55 });
    expect(await ledger.story('p1')).toMatchObject({ post: { told: 1, message: 55 } });
    await ledger.trim({ ordersBefore: 0, recordsBefore: T0 });
    expect(await ledger.story('p2')).toBeUndefined();
  });
});
