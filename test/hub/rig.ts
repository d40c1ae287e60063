import type { Update } from 'grammy/types';
import { createCatalog, loadCatalog } from '#src/catalog.ts';
import { HUB } from '#src/hub/assemble.ts';
import { createBot } from '#src/hub/bot.ts';
import { HubConfig } from '#src/hub/config.ts';
import { createHub } from '#src/hub/main.ts';
import { Secret } from '#src/kit/secret.ts';
import type { Ledger } from '#src/ledger/port.ts';
import { createLog } from '#src/log.ts';
import { makeKeys } from '#src/wire/keys.ts';
import { seal } from '#src/wire/seal.ts';
import { ADA, BEN, CLEO, GROUP, TOPICS } from '../fuzz/cast.ts';
import { T0 } from '../ledger/samples.ts';

const TOKEN = '4242424244:rig-tests-of-nightguard-with-a-dead-telegram';
const ME = { id: 4242424244, is_bot: true, first_name: 'Bot', username: 'our_bot' };
/** Nobody listens there, so that every call of the Bot API fails at once. */
const NOWHERE = 'http://127.0.0.1:1';
const NODES = {
  alpha: { environment: 'stage', targets: ['web', 'db'] },
  beta: { environment: 'prod', targets: ['api'] },
};
const DAY_MS = 86_400_000;

/** A hub as it runs, on a ledger of the test's and with a Telegram that is dead; its clock stands still until it is moved. Ada (admin), Ben (operator), Cleo (viewer); alpha (stage), beta (prod). */
export async function createRig(ledger: Ledger, more: Partial<HubConfig> = {}) {
  const clock = { now: T0 };
  const touched: string[] = [];
  const called: string[] = [];
  const logged: string[] = [];
  const catalog = createCatalog(
    [...(await loadCatalog()).values()].map((operation) => ({ file: `${operation.name}.ts`, operation })),
  );
  const hubKeys = await makeKeys();
  const nodes: Record<string, { key: string }> = {};
  await ledger.remember(`me ${ME.id}`, JSON.stringify(ME));
  for (const [name, node] of Object.entries(NODES)) {
    const keys = await makeKeys();
    nodes[name] = { key: keys.public };
    const operations = Object.fromEntries([...catalog.values()].map((card) => [card.name, card.version]));
    const body = { v: 1, at: T0 + 300 * DAY_MS, release: '0.1.0', policy: 'none', labels: {}, operations, ...node };
    const to = { name: HUB, key: hubKeys.public };
    await ledger.setBeacon(name, await seal({ name, keys }, to)('beacon', { jti: name, body, at: T0 }));
  }
  const bot = createBot({ token: new Secret(TOKEN), apiRoot: NOWHERE });
  bot.api.config.use((call, method, payload, signal) => {
    called.push(method);
    return call(method, payload, signal);
  });
  const hub = createHub({
    ...{ holder: HUB, keys: hubKeys, nodes, catalog, bot, ledger: watched(ledger, touched), now: () => clock.now },
    config: HubConfig.parse({
      operators: [
        { id: ADA, name: 'Ada', role: 'admin' },
        { id: BEN, name: 'Ben', role: 'operator' },
        { id: CLEO, name: 'Cleo', role: 'viewer' },
      ],
      chats: [GROUP, TOPICS],
      timezone: 'UTC',
      ...more,
    }),
    log: createLog({ level: 'info', secrets: [], to: { write: (line: string) => void logged.push(line) } }),
  });
  return {
    clock,
    ledger,
    /** Names of the ledger's methods, of the Bot API's methods, and lines of the log, as they are used. */
    ...{ touched, called, logged },
    receive: (update: object) => hub.receive(update as Update),
    /** The jobs that run or ran. */
    runs: async () => (await ledger.jobs({ limit: 100 })).filter(({ kind }) => kind === 'run'),
  };
}

/** A hub with a dead Telegram as tests use it. */
export type Rig = Awaited<ReturnType<typeof createRig>>;

/** The same ledger, with a note of every call. */
function watched(ledger: Ledger, touched: string[]): Ledger {
  return new Proxy(ledger, {
    get: (target, name, receiver) => {
      touched.push(String(name));
      return Reflect.get(target, name, receiver);
    },
  });
}
