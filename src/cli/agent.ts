import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCatalog } from '#src/catalog.ts';
import { createRedisLedger } from '#src/ledger/redis/ledger.ts';
import { createLog } from '#src/log.ts';
import { loadKeys } from '#src/wire/keys.ts';
import { createAgentSide } from './agentSide.ts';
import { FileConfig, hubOf, nodeOf } from './config.ts';
import { readConfigFile } from './configFile.ts';
import { readFlags } from './flags.ts';
import { greet } from './greet.ts';
import { lockState } from './lock.ts';
import { readSettings, redisOf, secretsOf } from './settings.ts';
import { stopSignal } from './stop.ts';

const ABOUT = `Runs the agent of this machine alone: it takes the hub's orders from Redis and needs no Telegram token.
The configuration needs node: (this machine) and hub: { key, url } (whose orders it takes, and where to ring).

Environment (REDIS_URL also as a file, with _FILE behind its name):
  REDIS_URL             the ledger, as this node's own user: redis://user:password@host:6379, rediss:// for TLS
  REDIS_CA              file with the certificate that a private server's own was signed with
  NIGHTGUARD_CONFIG     the YAML file (default: nightguard.yaml in the state folder)
  NIGHTGUARD_STATE      the folder of keys, journal and workloads (default: ~/.local/state/nightguard)
  NIGHTGUARD_LOG        trace, debug, info, warn (default), error or silent; the log goes to stderr`;

/** `nightguard agent`: one node until it is told to stop. */
export async function agent(argv: string[]): Promise<void> {
  const flags = readFlags({ name: 'agent', about: ABOUT, flags: { json: 'say what was started as JSON' } }, argv);
  if (!flags) return;
  const settings = readSettings(process.env, 'real');
  const { state } = settings;
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
      hub: { name: 'hub', key: hub.key },
      keys: await loadKeys(join(state, 'keys', 'node.json')),
      catalog: await loadCatalog(),
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
