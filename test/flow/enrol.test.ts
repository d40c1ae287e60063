import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { loadKeys } from '#src/wire/keys.ts';
import type { Fleet } from '../fixtures/fleet.ts';
import { BEN, launchFleet } from '../fixtures/fleet.ts';
import type { Life } from '../fixtures/life.ts';
import { whyWithout } from '../fixtures/redis.ts';
import type { Chat } from './chat.ts';
import { decided, invited, joined, ledgerUrl, wantsIn } from './enrolled.ts';
import { nothing } from './question.ts';

const without = whyWithout('redis-server');
const name = (sentence: string) => (without ? `${sentence} (${without})` : sentence);

const spoken = (fleet: Fleet, said: string[], words: RegExp) =>
  fleet.until(`the terminal to say ${words}`, async () => said.some((line) => words.test(line)), 30_000);

describe.skipIf(without !== undefined)(name('a machine that joins with one command'), { timeout: 90_000 }, () => {
  let fleet: Fleet;
  let ada: Chat;
  let hub: Life;

  beforeAll(async () => {
    fleet = await launchFleet({ nodes: [] });
    hub = await fleet.hub();
    ada = fleet.chat();
  }, 90_000);

  afterAll(() => fleet?.close());

  test('is turned away with a wrong code, a used one, a refused one, and by anybody but an admin', async () => {
    expect((await fleet.chat(BEN).ask('/enroll delta')).text).toContain('takes the role admin');
    const first = await invited(ada, 'delta');
    const second = await invited(ada, 'delta');
    await expect(fleet.join('one', first).up).rejects.toThrow(/does not know this code/);
    const one = fleet.join('one', second);
    await spoken(fleet, one.said, /^Waiting/);
    await wantsIn(ada, 'delta');
    await expect(fleet.join('two', second).up).rejects.toThrow(/Another machine has come with this code/);
    await decided(ada, 'delta', 'Refuse');
    await expect(one.up).rejects.toThrow(/An admin has refused this machine/);
    await ada.until(/delta .*was refused by Ada/);
    expect((await ada.ask('/nodes')).text).toContain('There are no nodes yet');
    await expect(fleet.join('two', 'nightguard agent --join http://127.0.0.1:1 abc').up).rejects.toThrow(/not a code/);
  });

  test('sends nothing to a hub in the middle, and a key swapped on the way is refused', async () => {
    const mallory = await loadKeys(join(fleet.folder, 'mallory', 'node.json'));
    const typed = await invited(ada, 'eta');
    const own = await between(fleet, (path, body) => (path === '/join/key' ? { ...body, key: mallory.public } : body));
    await expect(fleet.join('one', typed.replace(fleet.door.url, own.url)).up).rejects.toThrow(
      /is not the hub that gave out this code/,
    );
    expect(own.seen).toEqual(['/join/key']);
    const swap = await between(
      fleet,
      (_, body) => body,
      (body) => ({ ...body, key: mallory.public }),
    );
    await expect(fleet.join('two', typed.replace(fleet.door.url, swap.url)).up).rejects.toThrow(
      /does not know this code/,
    );
    expect(await ada.showing(/eta .*wants to join/)).toEqual([]);
  });

  test('shows the fingerprint that the chat shows, is let in by a tap, reads, and changes nothing', async () => {
    const typed = await invited(ada, 'beta env:stage');
    const { said, up } = fleet.join('beta', typed);
    await spoken(fleet, said, /^Fingerprint/);
    const print = /: (.+)$/.exec(said.find((line) => line.startsWith('Fingerprint')) ?? '')?.[1] ?? nothing();
    expect((await wantsIn(ada, 'beta')).text).toContain(`Fingerprint ${print}`);
    expect(await decided(ada, 'beta', 'Let it in')).toMatchObject({ text: expect.stringContaining('beta is in') });
    const life = await up;
    expect(life.greeting).toMatchObject({ node: 'beta (stage)' });
    expect((await ada.until(/beta .*was let in by Ada/)).reply_markup).toBeUndefined();
    expect(said.join('\n')).toMatch(/It may .*health, inspect, .*, and nothing else, whatever the hub says/);
    expect((await ada.ask('/health beta')).text).toContain('beta');

    const file = join(fleet.folder, 'beta', 'nightguard.yaml');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).not.toMatch(/restart|operators/);
    expect((await stat(join(fleet.folder, 'beta', 'redis-url'))).mode & 0o777).toBe(0o600);

    // Once more is harmless, also without the code being good any more.
    expect(await life.stop()).toBe(0);
    const again = fleet.join('beta', typed);
    expect((await again.up).greeting).toMatchObject({ node: 'beta (stage)' });
    expect(again.said.join('\n')).toContain('has joined that hub before');

    // Neither code nor password stand in the ledger, in the hub's log or in the node's.
    const secrets = [/ (\S+)-\S+$/.exec(typed)?.[1] ?? nothing(), (await ledgerUrl(fleet, 'beta')).password];
    const seen = [await dump(fleet), ...hub.logged, ...life.logged, ...(await again.up).logged].join('\n');
    for (const secret of secrets) expect(seen).not.toContain(secret);
  });

  test('finds its name taken by another one, and does not come in twice under two names', async () => {
    const { life } = await joined(fleet, ada, 'zeta');
    expect((await ada.ask('/enroll zeta')).text).toContain('There is a node zeta already');
    const typed = await invited(ada, 'gamma');
    await life.stop();
    const elsewhere = { NIGHTGUARD_CONFIG: join(fleet.folder, 'other.yaml') };
    await expect(fleet.join('zeta', typed, elsewhere).up).rejects.toThrow(/a node of that hub already/);
  });
});

/** Redis as a person would look through it. */
async function dump(fleet: Fleet): Promise<string> {
  const redis = new Redis(fleet.redis.url);
  const keys = await redis.keys('*');
  const all = await Promise.all(keys.map(async (key) => [key, (await redis.dumpBuffer(key))?.toString('latin1')]));
  const hashes = await Promise.all(
    keys.map(async (key) => ((await redis.type(key)) === 'hash' ? await redis.hgetall(key) : {})),
  );
  redis.disconnect();
  return JSON.stringify([all, hashes]);
}

/** Somebody between machine and hub, who may change what is answered and what is sent. */
async function between(
  fleet: Fleet,
  answer: (path: string, body: Record<string, unknown>) => object,
  sent: (body: Record<string, unknown>) => object = (body) => body,
) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    seen.push(path);
    void (async () => {
      const body = Buffer.concat(await request.toArray()).toString();
      const init = body === '' ? {} : { method: 'POST', body: JSON.stringify(sent(JSON.parse(body))) };
      const reply = await fetch(new URL(path, fleet.door.url), init);
      response.writeHead(reply.status).end(JSON.stringify(answer(path, JSON.parse(await reply.text()))));
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
