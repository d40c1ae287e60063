import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { loadCatalog } from '#src/catalog.ts';
import { createBot } from '#src/hub/bot.ts';
import { withOthers } from '#src/hub/config.ts';
import type { Hub } from '#src/hub/main.ts';
import { createHub } from '#src/hub/main.ts';
import { createDoors } from '#src/hub/web/doors.ts';
import { createHubServer } from '#src/hub/web/server.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Ledger } from '#src/ledger/port.ts';
import { createNodeUsers } from '#src/ledger/redis/users.ts';
import { createLog } from '#src/log.ts';
import { freshId } from '#src/wire/ids.ts';
import type { Keys } from '#src/wire/keys.ts';
import { HubFile, readConfigFile } from './configFile.ts';
import { readFlags } from './flags.ts';
import { greet } from './greet.ts';
import { openHubLedger } from './hubLedger.ts';
import type { HubSettings } from './hubSettings.ts';
import { hubKeys, readHubSettings } from './hubSettings.ts';
import { release } from './release.ts';
import { readSettings, redisOf, secretsOf, tokenOf } from './settings.ts';
import { stopSignal } from './stop.ts';

const ABOUT = `Runs the hub alone: Telegram on one side, Redis with the agents behind it on the other.
With HUB_URL and TELEGRAM_WEBHOOK_SECRET it takes updates by webhook, else it polls.

Environment (each secret also as a file, with _FILE behind its name):
  TELEGRAM_BOT_TOKEN       the bot's token
  REDIS_URL                the ledger: redis://user:password@host:6379, or rediss:// for TLS
  REDIS_CA                 file with the certificate that a private server's own was signed with
  HUB_URL                  where Telegram and the agents reach this hub: https://...
  TELEGRAM_WEBHOOK_SECRET  32 to 256 of A-Z a-z 0-9 _ -  (openssl rand -hex 32)
  NODES_REDIS_URL          where nodes that join reach the ledger, without user and password (default: as REDIS_URL)
  HUB_TICK_SECRET          the same for POST /tick, where a clock outside calls; a hub that sleeps does not start without it
  NIGHTGUARD_HUB_KEYS      the hub's key file as text (default: keys/hub.json in the state folder)
  PORT                     where it listens (default: 8080)
  HUB_SLEEPS               1: the host gives it time only while it answers (default: 1 on Cloud Run)
  NIGHTGUARD_OPERATORS     people beside those in the file: numeric Telegram ids with commas
  NIGHTGUARD_CONFIG, NIGHTGUARD_STATE, NIGHTGUARD_LOG, TELEGRAM_API_ROOT   as for "up"`;

/** How long an end may take in all, in ms: Cloud Run gives 10 s. */
const END_MS = 9_500;

/** `nightguard hub`: the hub until it is told to stop. */
export async function hub(argv: string[]): Promise<void> {
  const flags = readFlags({ name: 'hub', about: ABOUT, flags: { json: 'say what was started as JSON' } }, argv);
  if (!flags) return;
  const settings = readSettings(process.env, 'real');
  const mine = readHubSettings(process.env);
  const [token, redis] = [tokenOf(settings), redisOf(settings)];
  const config = withPeople(await readConfigFile(settings.config, HubFile), settings.operators, mine.url);
  const keys = await hubKeys(mine, settings.state);
  const more = [mine.webhook?.secret, mine.tickSecret].filter((each) => each !== undefined);
  const log = createLog({ level: settings.logLevel, secrets: [...secretsOf(settings), ...more] }).child({
    part: 'hub',
  });
  const ledger = openHubLedger({ redis, keys, log });
  // The connection is made while the rest is being built; whether it works shows at the first command.
  void ledger.ping().catch(() => {});
  const bot = createBot({ token, apiRoot: settings.apiRoot });
  const parts = { config, keys, ledger, bot, log, now: Date.now, nodes: config.nodes, catalog: await loadCatalog() };
  const users = mine.url === undefined ? undefined : createNodeUsers({ ...redis, nodesUrl: mine.nodesRedis });
  const joining = users && mine.url !== undefined ? { url: mine.url, users, ca: certificateOf(redis.ca) } : undefined;
  const running = createHub({ ...parts, joining, webhook: mine.webhook, sleeps: mine.sleeps, holder: freshId() });
  const server = serverOf(running, { keys, ledger, mine, log });
  try {
    await running.start();
    const port = mine.port === undefined ? undefined : await server.listen(mine.port);
    const updates = mine.webhook ? `posted to ${new URL(mine.webhook.url).host}` : 'polled';
    greet(flags.json, { updates, ...(port === undefined ? {} : { port }), config: settings.config });
    await Promise.race([stopSignal(), running.ended]);
  } finally {
    setTimeout(() => process.exit(1), END_MS).unref();
    await server.close();
    await running.stop();
    await users?.close();
    await ledger.close();
  }
}

function serverOf(running: Hub, deps: { keys: Keys; ledger: Ledger; mine: HubSettings; log: Logger }) {
  const { keys, ledger, mine, log } = deps;
  const doors = createDoors({
    ...running,
    key: keys.public,
    ping: () => ledger.ping(),
    ...{ webhookSecret: mine.webhook?.secret, tickSecret: mine.tickSecret, release: release(), log },
  });
  return createHubServer({ doors, log });
}

/** The certificate of a private server, for those who join. */
function certificateOf(file: string | undefined): string | undefined {
  return file === undefined ? undefined : readFileSync(file, 'utf8');
}

function withPeople(config: HubFile, more: HubFile['operators'], url: string | undefined): HubFile {
  const operators = withOthers(config.operators, more);
  if (operators.length === 0)
    throw new Problem(
      'no-operators',
      'Nobody may ask anything yet: put yourself under operators: in the configuration, or set NIGHTGUARD_OPERATORS to your numeric Telegram id (@userinfobot tells it).',
    );
  // A hub with an address may begin without any: they join.
  if (Object.keys(config.nodes).length === 0 && url === undefined)
    throw new Problem(
      'no-nodes',
      'There are no nodes yet: write nodes: { alpha: { key: ng1.… } } into the configuration, with what "nightguard keys --node" prints on that machine. With HUB_URL set, machines can join by /enroll.',
    );
  return { ...config, operators };
}
