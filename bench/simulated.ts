import { Redis } from 'ioredis';
import { z } from 'zod';
import { loadCatalog } from '#src/catalog.ts';
import { freshId, jobId } from '#src/wire/ids.ts';
import type { Keys, PublicKey } from '#src/wire/keys.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { seal } from '#src/wire/seal.ts';

// Many nodes in one process: it holds all their keys, and each answers its order with what it sealed before. A thousand
// machines would seal side by side, so that this work is done before the question comes.

/** What the bench tells this process; each is answered with a message of its own. */
const Told = z.union([
  z.object({ make: z.number(), redis: z.string(), hub: z.string() }),
  z.object({ begin: z.number() }),
  z.object({ prepare: z.string() }),
]);

interface Simulated {
  name: string;
  keys: Keys;
  log: string;
  seq: number;
}

let redis: Redis;
let reader: Redis | undefined;
let hub: { name: string; key: PublicKey };
let all: Simulated[] = [];
let some: Simulated[] = [];
let after = new Map<string, string>();
let answers = new Map<string, string[]>();
const own = [...(await loadCatalog()).values()];

process.on('disconnect', () => process.exit());
process.on('message', async (message) => {
  const told = Told.parse(message);
  if ('make' in told) process.send?.({ keys: await make(told) });
  else if ('begin' in told) process.send?.({ begun: await begin(told.begin) });
  else process.send?.({ prepared: await prepare(told.prepare) });
});

async function make(told: { make: number; redis: string; hub: string }): Promise<Record<string, string>> {
  redis = new Redis(told.redis);
  hub = { name: 'hub', key: told.hub };
  const names = Array.from({ length: told.make }, (_, n) => `node-${n}`);
  all = await Promise.all(names.map(async (name) => ({ name, keys: await makeKeys(), log: '', seq: 0 })));
  return Object.fromEntries(all.map(({ name, keys }) => [name, keys.public]));
}

/** The first so many nodes begin a new life: they announce themselves and wait for orders. */
async function begin(size: number): Promise<number> {
  some = all.slice(0, size).map((node) => ({ ...node, log: freshId(), seq: 0 }));
  after = new Map(some.map(({ name }) => [`ng:orders:${name}`, '0']));
  const operations = Object.fromEntries(own.map(({ name, version }) => [name, version]));
  const body = { v: 1, release: '0.1.0', environment: 'dev', labels: {}, operations, targets: [], policy: 'none' };
  const beacons = some.map(async ({ name, keys }) => {
    const at = Date.now();
    const token = await seal({ name, keys }, hub)('beacon', { jti: freshId(), body: { ...body, at }, at });
    return ['set', `ng:beacon:${name}`, token];
  });
  await redis.pipeline(await Promise.all(beacons)).exec();
  const earlier = reader;
  reader = redis.duplicate();
  earlier?.disconnect();
  void follow(reader);
  return size;
}

/** Seals what each node will say to the order that comes of this intent: that it was accepted, and its verdict. */
async function prepare(intent: string): Promise<number> {
  const sealed = some.map(async (node): Promise<[string, string[]]> => {
    const job = jobId(intent, node.name);
    const reply = { tone: 'ok', title: 'all is well with 3 workloads', facts: [], buttons: [] };
    const sayings = [
      { kind: 'accepted', job },
      { kind: 'verdict', job, verdict: 'done', reply, tookMs: 3 },
    ];
    const to = seal(node, hub);
    const tokens = sayings.map(async (saying, n) => {
      const at = Date.now();
      const body = { v: 1, log: node.log, seq: node.seq + n + 1, base: node.seq, at, saying };
      return await to('event', { jti: freshId(), body, at });
    });
    const said = await Promise.all(tokens);
    node.seq += said.length;
    return [`ng:orders:${node.name}`, said];
  });
  answers = new Map(await Promise.all(sealed));
  return answers.size;
}

async function follow(mine: Redis): Promise<void> {
  try {
    for (;;) {
      const read = await mine.xread('BLOCK', 0, 'STREAMS', ...after.keys(), ...after.values());
      const said: string[][] = [];
      for (const [key, entries] of read ?? []) {
        after.set(key, entries.at(-1)?.[0] ?? '0');
        const events = key.replace('orders', 'events');
        said.push(...(answers.get(key) ?? []).map((token) => ['xadd', events, '*', 'token', token]));
        answers.delete(key);
      }
      await redis.pipeline(said).exec();
    }
  } catch (error) {
    // The next life has taken its place.
    if (mine === reader) throw error;
  }
}
