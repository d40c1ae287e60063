import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { withOthers } from '#src/hub/config.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Ledger } from '#src/ledger/port.ts';
import { createLog } from '#src/log.ts';
import { loadKeys } from '#src/wire/keys.ts';
import { loadConfig, nodeOf } from './config.ts';
import { readFlags } from './flags.ts';
import { greet } from './greet.ts';
import type { House } from './house.ts';
import { createHouse } from './house.ts';
import { openHubLedger } from './hubLedger.ts';
import { lockState } from './lock.ts';
import { openSandbox } from './people.ts';
import type { Settings } from './settings.ts';
import { readSettings, secretsOf, tokenOf } from './settings.ts';
import { stopSignal } from './stop.ts';

const ABOUT = `Runs hub, ledger and agent in one process, with this machine as the node.

Environment (token and REDIS_URL also as files, with _FILE behind the name):
  TELEGRAM_BOT_TOKEN    the bot's token; without it a sandbox chat opens in the browser
  NIGHTGUARD_OPERATORS  who may ask: numeric Telegram ids with commas, each as id, id:role or id:role:name
                        (not in the sandbox, which has people of its own)
  TELEGRAM_API_ROOT     another Bot API server (default: https://api.telegram.org)
  REDIS_URL             a ledger that agents on other machines share (default: a file; the sandbox always uses a file)
  REDIS_CA              file with the certificate that a private Redis' own was signed with
  NIGHTGUARD_CONFIG     the YAML file (default: nightguard.yaml in the state folder)
  NIGHTGUARD_STATE      the folder of keys, ledger and journal (default: ~/.local/state/nightguard)
  NIGHTGUARD_LOG        trace, debug, info, warn (default), error or silent; the log goes to stderr
  SANDBOX_PORT          port of the sandbox chat (default: 8787; 0 takes a free one)`;

/** `nightguard up`: everything in one process until it is told to stop. */
export async function up(argv: string[]): Promise<void> {
  const flags = readFlags({ name: 'up', about: ABOUT, flags: { json: 'say what was started as JSON' } }, argv);
  if (!flags) return;
  const settings = readSettings(process.env);
  await mkdir(settings.state, { recursive: true, mode: 0o700 });
  const lock = lockState(settings.state);
  const { config, written } = await loadConfig(settings.config);
  const log = createLog({ level: settings.logLevel, secrets: secretsOf(settings) });
  const node = nodeOf(config);
  const world = settings.token
    ? realTelegram(settings, config.operators.length)
    : await openSandbox(settings.sandboxPort, log);
  let house: House | undefined;
  try {
    const people = {
      operators: withOthers(config.operators, world.operators),
      chats: [...config.chats, ...world.chats],
    };
    house = await createHouse({
      config: { ...config, ...people },
      state: settings.state,
      telegram: world.telegram,
      ledger: await sharedLedger(settings, log.child({ part: 'hub' })),
      log,
    });
    await house.start();
    const rows = {
      chat: world.url ?? `https://t.me/${house.bot()}`,
      node: `${node.name} (${node.environment})`,
      config: `${settings.config}${written && !flags.json ? ' (written just now)' : ''}`,
    };
    greet(flags.json, rows, `${world.url ? 'Open the link' : 'Open the chat'} and type /health. Stop with Ctrl-C.`);
    await Promise.race([stopSignal(), house.ended]);
  } finally {
    await house?.stop();
    await world.close();
    lock.release();
  }
}

/** The ledger that other machines share. People of the sandbox never meet real machines: it keeps its own. */
async function sharedLedger({ token, redis, state }: Settings, log: Logger): Promise<Ledger | undefined> {
  if (!token || !redis) return undefined;
  return openHubLedger({ redis, keys: await loadKeys(join(state, 'keys', 'hub.json')), log });
}

function realTelegram(settings: Settings, listed: number) {
  const { apiRoot, operators } = settings;
  if (listed + operators.length === 0)
    throw new Problem(
      'no-operators',
      'Nobody may ask anything yet: set NIGHTGUARD_OPERATORS to your numeric Telegram id (@userinfobot tells it), or add yourself under operators: in the configuration.',
    );
  const telegram = { token: tokenOf(settings), apiRoot };
  return { telegram, operators, chats: [], url: undefined, close: async () => {} };
}
