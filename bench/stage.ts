import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRedisLedger } from '#src/ledger/redis/ledger.ts';
import { createSandbox } from '#src/sandbox/server.ts';
import { loadKeys } from '#src/wire/keys.ts';
import { createRecordSeal } from '#src/wire/record.ts';
import { freePort, launchRedis } from '../test/fixtures/redis.ts';
import type { Life, Program } from './program.ts';
import { begin, PROBE } from './program.ts';
import { openTap } from './tap.ts';

/** How long a hub may take to answer an update, in ms. */
const POST_MS = 15_000;
const ADA = 1001;
const TOKEN = '4242424242:bench-token-of-the-sandbox';

/** A posted update: when it was posted and answered, on the clock of `performance.now()`. */
export interface Typed {
  postedAt: number;
  answeredAt: number;
  status: number;
}

/** A message of the sandbox, as far as it is looked at here. */
export interface Shown {
  message_id: number;
  text?: string;
  edits: number;
  reply_markup?: { inline_keyboard: { text: string; callback_data?: string }[][] };
}

/** A Redis, a sandbox and the folders of a hub and these nodes; processes are begun on it at will. `close` ends everything that was begun. */
export async function openStage({
  nodes = ['alpha'],
  siblings = [] as string[],
  redis: settings = [] as string[],
} = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'nightguard-bench-'));
  // As docs/configuration.md wants it for a ledger.
  const redis = await launchRedis({ settings: ['--appendonly', 'yes', ...settings] });
  const sandbox = await createSandbox({ port: 0, token: TOKEN, limits: false });
  const tap = await openTap(sandbox.url);
  const port = await freePort();
  const hubUrl = `http://127.0.0.1:${port}`;
  const secret = randomBytes(32).toString('hex');
  const hubFile = join(folder, 'hub', 'keys', 'hub.json');
  const hubKeys = await loadKeys(hubFile);
  const lives: Life[] = [];
  const telegram = { TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: tap.url };
  let last = 1_000_000;

  const enter = async (argv: string[], env: Record<string, string>): Promise<Life> => {
    const life = await begin(argv, {
      REDIS_URL: redis.url,
      TELEGRAM_API_ROOT: tap.url,
      NIGHTGUARD_LOG: 'warn',
      ...env,
    });
    lives.push(life);
    return life;
  };
  const post = async (update: object): Promise<Typed> => {
    const headers = { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret };
    last += 1;
    const body = JSON.stringify({ update_id: last, ...update });
    const postedAt = performance.now();
    const answer = await fetch(`${hubUrl}/telegram`, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(POST_MS),
    });
    await answer.arrayBuffer();
    return { postedAt, answeredAt: performance.now(), status: answer.status };
  };
  const say = async (deed: 'say' | 'press', body: object): Promise<Response> =>
    await fetch(`${sandbox.url}/sandbox/${deed}`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify(body),
    });
  const ada = { id: ADA, is_bot: false, first_name: 'Ada' };
  const chat = { id: ADA, type: 'private', first_name: 'Ada' };
  const list = async (keys: Record<string, string>): Promise<void> => {
    const listed = Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, { key }]));
    const operators = [{ id: ADA, name: 'Ada', role: 'admin' }];
    await write(join(folder, 'hub'), { operators, nodes: listed, timezone: 'UTC' });
  };
  /** What the next typed message will be known by. */
  const announce = (): { id: number; date: number; intent: string } => {
    const [id, date] = [last + 1, Math.floor(Date.now() / 1000)];
    return { id, date, intent: `message ${ADA} ${id} ${date}` };
  };

  const keys: Record<string, string> = {};
  for (const name of nodes) {
    keys[name] = (await loadKeys(join(folder, name, 'keys', 'node.json'))).public;
    const web = { command: ['sleep', '3600'] };
    const node = { name, siblings, environment: 'dev', workloads: { web }, policy: [{ operations: ['*'] }] };
    await write(join(folder, name), { node, hub: { key: hubKeys.public, url: hubUrl } });
  }
  await list(keys);
  // Nobody can be written to who has not written first; and that first word is not for the bot.
  await say('say', { chat: ADA, from: ADA, text: 'Hello' });
  await fetch(`${sandbox.url}/bot${TOKEN}/deleteWebhook?drop_pending_updates=true`);

  return {
    ...{ folder, redis, tap, telegram, hubKeys, hubUrl, list, announce },
    /** A hub behind its webhook, on a host that gives it time only while it answers, unless told otherwise. */
    hub: (program: Program, more: Record<string, string> = {}) =>
      enter(['--import', PROBE, program.file, 'hub', '--json'], {
        ...telegram,
        ...{ TELEGRAM_WEBHOOK_SECRET: secret, HUB_TICK_SECRET: secret, HUB_URL: hubUrl, PORT: String(port) },
        HUB_SLEEPS: '1',
        ...{ NIGHTGUARD_STATE: join(folder, 'hub'), NIGHTGUARD_HUB_KEYS_FILE: hubFile, ...more },
      }),
    /** `before` are modules that are loaded first. */
    agent: (program: Program, node: string, more: Record<string, string> = {}, before: string[] = []) =>
      enter(
        // The flag is that of the Dockerfile.
        [
          ...(program.form === 'bundled' ? ['--max-semi-space-size=1'] : []),
          ...[PROBE, ...before].flatMap((module) => ['--import', module]),
          ...[program.file, 'agent', '--json'],
        ],
        { NIGHTGUARD_STATE: join(folder, node), ...more },
      ),
    /** Posts what Ada types to the hub, as Telegram would; resolves when it is answered. */
    type: async (text: string, { id, date } = announce()): Promise<Typed> => {
      const entities = [{ type: 'bot_command', offset: 0, length: text.split(' ', 1)[0]?.length }];
      last = Math.max(last, id);
      return await post({ message: { message_id: id, from: ada, chat, date, text, entities } });
    },
    /** Presses a button of a message of the bot; resolves when the bot has answered the press. */
    press: async (message: number, data: string): Promise<void> =>
      void (await say('press', { chat: ADA, from: ADA, message_id: message, data })),
    /** The messages in Ada's chat. */
    messages: async (): Promise<Shown[]> => {
      const answer = (await (await fetch(`${sandbox.url}/sandbox/chat/${ADA}`)).json()) as { messages: Shown[] };
      return answer.messages;
    },
    /** How long the last so many jobs worked on their node, in ms, oldest first. */
    works: async (limit: number): Promise<number[]> => {
      const ledger = createRedisLedger({ url: redis.url, seal: createRecordSeal(hubKeys) });
      const jobs = await ledger.jobs({ limit }).finally(() => ledger.close());
      return jobs.map(({ tookMs = 0 }) => tookMs).reverse();
    },
    /** Gives what goes on behind the last answer time to end. */
    settle: async () => await sleep(500),
    async close(): Promise<void> {
      await Promise.all(lives.map((life) => life.stop()));
      await tap.close();
      await sandbox.close();
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A stage as the parts of the bench use it. */
export type Stage = Awaited<ReturnType<typeof openStage>>;

async function write(state: string, config: object): Promise<void> {
  await mkdir(state, { recursive: true });
  // JSON is YAML.
  await writeFile(join(state, 'nightguard.yaml'), JSON.stringify(config), { mode: 0o600 });
}
