import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalog } from '#src/catalog.ts';
import { loadCatalog } from '#src/catalog.ts';
import { Problem } from '#src/kit/problem.ts';
import { createRedisLedger } from '#src/ledger/redis/ledger.ts';
import { createLog } from '#src/log.ts';
import { loadKeys } from '#src/wire/keys.ts';
import { createAgentSide } from './agentSide.ts';
import { FileConfig, hubOf, nodeOf } from './config.ts';
import { readConfigFile } from './configFile.ts';
import { readFlags } from './flags.ts';
import { greet } from './greet.ts';
import { joinHub } from './join.ts';
import { joinedRedis } from './joined.ts';
import { lockState } from './lock.ts';
import type { Settings } from './settings.ts';
import { readSettings, redisOf, secretsOf } from './settings.ts';
import { stopSignal } from './stop.ts';

const ABOUT = `Runs the agent of this machine alone: it takes the hub's orders from Redis and needs no Telegram token.
The configuration needs node: (this machine) and hub: { key, url } (whose orders it takes, and where to ring).

nightguard agent --join <hub url> <code>   makes this machine a node first: an admin types /enroll in the chat, gets this
line with its code, and lets the machine in. It writes the configuration itself, with a policy that only reads.

Environment (REDIS_URL also as a file, with _FILE behind its name):
  REDIS_URL             the ledger, as this node's own user: redis://user:password@host:6379, rediss:// for TLS
                        (default: what it was given when it joined)
  REDIS_CA              file with the certificate that a private server's own was signed with
  NIGHTGUARD_CONFIG     the YAML file (default: nightguard.yaml in the state folder)
  NIGHTGUARD_STATE      the folder of keys, journal and workloads (default: ~/.local/state/nightguard)
  NIGHTGUARD_LOG        trace, debug, info, warn (default), error or silent; the log goes to stderr`;

/** `nightguard agent`: one node until it is told to stop; with `--join` it becomes one first. */
export async function agent(argv: string[]): Promise<void> {
  const { joining, rest } = takeJoin(argv);
  const flags = readFlags({ name: 'agent', about: ABOUT, flags: { json: 'say what was started as JSON' } }, rest);
  if (!flags) return;
  const given = readSettings(process.env, 'real');
  const { state } = given;
  const catalog = await loadCatalog();
  if (joining) await become(joining, given, catalog);
  const settings = { ...given, redis: given.redis ?? joinedRedis(state) };
  const { url, ca } = redisOf(settings);
  const config = await readConfigFile(settings.config, FileConfig);
  const [node, hub] = [nodeOf(config), hubOf(config)];
  const log = createLog({ level: settings.logLevel, secrets: secretsOf(settings) });
  await mkdir(state, { recursive: true, mode: 0o700 });
  const lock = lockState(state);
  const ledger = createRedisLedger({ url, tls: { ca } });
  try {
    const side = createAgentSide({
      ...{ config: node, state, ledger, log, hubUrl: hub.url, telegramUrl: settings.apiRoot },
      ...{ hub: { name: 'hub', key: hub.key }, keys: await loadKeys(join(state, 'keys', 'node.json')), catalog },
      now: Date.now,
    });
    await side.start();
    greet(flags.json, {
      node: `${node.name} (${node.environment})`,
      hub: hub.url ?? 'never sleeps',
      config: settings.config,
    });
    await stopSignal();
    await side.stop();
  } finally {
    await ledger.close();
    lock.release();
  }
}

/** `--join <hub url> <code>` taken out of the words behind the command. Throws Problem `usage`. */
function takeJoin(argv: readonly string[]): { joining: { url: string; code: string } | undefined; rest: string[] } {
  const at = argv.indexOf('--join');
  if (at === -1) return { joining: undefined, rest: [...argv] };
  const [url, code] = argv.slice(at + 1);
  if (url === undefined || code === undefined || url.startsWith('-') || code.startsWith('-'))
    throw new Problem('usage', '--join takes the address of the hub and a code: copy the line from the chat.');
  return { joining: { url, code }, rest: [...argv.slice(0, at), ...argv.slice(at + 3)] };
}

async function become(joining: { url: string; code: string }, settings: Settings, catalog: Catalog): Promise<void> {
  const { state, config } = settings;
  // A code is good once and for minutes; even so it need not stand in the list of processes.
  process.title = 'nightguard agent';
  await mkdir(state, { recursive: true, mode: 0o700 });
  const lock = lockState(state);
  try {
    const reads = [...catalog.values()].filter(({ risk }) => risk === 'read').map(({ name }) => name);
    await joinHub({ ...joining, state, config, reads, say: (line) => void process.stderr.write(`${line}\n`) });
  } finally {
    lock.release();
  }
}
