import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Server } from '../../fixtures/redis.ts';
import { startRedis } from '../../fixtures/redis.ts';
import { createStop, LONG_MS } from '../contract/waiting.ts';
import { NODES, sampleAsk, samplePress, sampleQuestion, T0 } from '../samples.ts';
import { openLedger, REDIS } from './opened.ts';

/** Tells which commands clients send while something happens; what scripts do inside is not counted. */
async function watched(server: Server) {
  const client = new Redis(server.url, { lazyConnect: true, protocol: 2, disableClientInfo: true });
  const monitor = await client.monitor();
  onTestFinished(() => {
    monitor.disconnect();
    client.disconnect();
  });
  let sent: string[] = [];
  let seen: (() => void) | undefined;
  monitor.on('monitor', (_time: string, [name = ''], source: string) => {
    if (source === 'lua') return;
    if (name.toLowerCase() === 'echo') seen?.();
    else sent.push(name.toLowerCase());
  });
  return async (act: () => Promise<unknown>): Promise<string[]> => {
    sent = [];
    await act();
    const all = new Promise<void>((resolve) => {
      seen = resolve;
    });
    await server.ask('ECHO', 'that was all');
    await all;
    return sent;
  };
}

describe.skipIf(REDIS.isMissing)(`what Redis is sent ${REDIS.name}`, () => {
  test('for an ask, a press, a story: one command each, and the script once before', async () => {
    const server = await startRedis();
    const ledger = openLedger({ url: server.url });
    const during = await watched(server);
    expect(await during(() => ledger.ask(sampleQuestion()))).toEqual(['evalsha', 'eval']);
    expect(await during(() => ledger.ask(sampleAsk('2')))).toEqual(['evalsha']);
    expect(await during(() => ledger.press(samplePress()))).toEqual(['evalsha', 'eval']);
    expect(await during(() => ledger.press(samplePress()))).toEqual(['evalsha']);
    const another = openLedger({ url: server.url });
    expect(await during(() => another.press(samplePress())), 'another hub, or the next one').toEqual(['evalsha']);
  });

  test('for a read, from the question to the last word of it', async () => {
    const server = await startRedis();
    const hub = openLedger({ url: server.url });
    const agent = openLedger({ url: server.url });
    const during = await watched(server);
    const { signal } = createStop();
    const read = async (name: string, at: number) => {
      const ask = sampleAsk(name);
      const sent: Record<string, string[]> = {};
      const from = await agent.cursor('alpha');
      sent['ask'] = await during(() => hub.ask(ask));
      sent['order'] = await during(() => agent.orders('alpha', '0', LONG_MS, signal));
      sent['verdict'] = await during(() => agent.append('alpha', ['accepted', 'verdict']));
      sent['fold'] = await during(async () => {
        await hub.waitForEvents(NODES, LONG_MS, signal);
        const [stream] = await hub.unfolded(NODES, 99);
        const jobs = ask.jobs.map((job) => ({ ...job, state: 'ended' as const }));
        const through = stream?.events.at(-1)?.position ?? '';
        await hub.fold({
          node: 'alpha',
          from,
          to: `l ${at}`,
          through,
          jobs,
          alerts: [],
          posts: [],
          audit: [],
        });
      });
      sent['tell'] = await during(async () => {
        const [post = ''] = await hub.untold(T0);
        const story = await hub.lease(post, { by: 'hub', now: T0, until: T0 + 1000 });
        await hub.told({ post, by: 'hub', revision: story?.post.revision, message: 55 });
      });
      return sent;
    };
    await read('1', 1);
    const sent = await read('2', 2);
    expect(sent).toEqual({
      ask: ['evalsha'],
      order: ['xread'],
      verdict: ['xadd', 'xadd'],
      fold: ['xread', 'evalsha', 'evalsha'],
      tell: ['evalsha', 'evalsha', 'evalsha'],
    });
  });

  test('while an agent waits: one XREAD, and nothing else', async () => {
    const server = await startRedis();
    const agent = openLedger({ url: server.url });
    const during = await watched(server);
    const { signal } = createStop();
    const sent = await during(async () => {
      for (let i = 0; i < 5; i += 1) await agent.orders('alpha', '0', 20, signal);
    });
    expect(sent).toEqual(['xread', 'xread', 'xread', 'xread', 'xread']);
    expect(await during(() => agent.cursor('alpha'))).toEqual(['get']);
    expect(await during(() => agent.setBeacon('alpha', 'b'))).toEqual(['set']);
    expect(await during(() => agent.beacons(NODES))).toEqual(['mget']);
  });

  test('while a hub waits again and again: what was sent before goes on', async () => {
    const server = await startRedis();
    const hub = openLedger({ url: server.url });
    const during = await watched(server);
    const sent = await during(async () => {
      for (let i = 0; i < 20; i += 1) {
        const stop = createStop();
        const wait = hub.waitForEvents(NODES, LONG_MS, stop.signal);
        await hub.ping();
        stop.abort();
        await wait;
      }
    });
    expect(sent.filter((name) => name !== 'ping')).toEqual(['xread']);
  });
});
