import { describe, expect, test } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { startRedis } from '../../fixtures/redis.ts';
import { sampleAsk } from '../samples.ts';
import { openLedger, problem, REDIS } from './opened.ts';

describe.skipIf(REDIS.isMissing)(`a Redis that answers with a refusal ${REDIS.name}`, () => {
  test('while it loads says so, and is asked again later', async () => {
    const slowly = ['--key-load-delay', '3000', '--loading-process-events-interval-bytes', '1024'];
    const server = await startRedis({ settings: slowly });
    const ledger = openLedger({ url: server.url });
    await Promise.all(Array.from({ length: 40 }, (_, i) => ledger.ask(sampleAsk(`${i}`))));
    await server.ask('SAVE');
    await server.kill();
    const ready = server.restart();
    const failure = await waitUntil(
      async () => {
        const said = await ledger.ping().catch((error: Error) => error);
        return said instanceof Error && said.message.includes('loading') ? said : undefined;
      },
      { withinMs: 5000, everyMs: 5, what: 'a Redis that loads' },
    );
    expect(failure).toEqual(problem(/is still loading its data: try again in a moment/));
    await ready;
    expect(await ledger.jobs({ limit: 99 })).toHaveLength(40);
  });

  test('as a copy of another says that it takes no writes, and goes on reading', async () => {
    const server = await startRedis();
    const ledger = openLedger({ url: server.url });
    await ledger.ask(sampleAsk('1'));
    await server.ask('REPLICAOF', '127.0.0.1', '1');
    const copy = problem(/is a copy that takes no writes: use the address of the primary server/);
    await expect(ledger.ask(sampleAsk('2'))).rejects.toEqual(copy);
    await expect(ledger.append('alpha', ['e1'])).rejects.toEqual(copy);
    expect(await ledger.story('p1')).toBeDefined();
    await server.ask('REPLICAOF', 'NO', 'ONE');
    expect(await ledger.ask(sampleAsk('2'))).toEqual({ fresh: true, post: 'p2' });
  });

  test('for a reason of its own is quoted', async () => {
    const server = await startRedis({ settings: ['--maxclients', '1'] });
    const first = openLedger({ url: server.url });
    await first.ping();
    await expect(openLedger({ url: server.url }).ping()).rejects.toEqual(problem(/max number of clients reached/));
    await first.ping();
  });
});
