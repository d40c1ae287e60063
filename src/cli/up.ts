import { mkdir } from 'node:fs/promises';
import { Problem } from '#src/kit/problem.ts';
import { createLog } from '#src/log.ts';
import { loadConfig } from './config.ts';
import { readFlags } from './flags.ts';
import type { House } from './house.ts';
import { createHouse } from './house.ts';
import { lockState } from './lock.ts';
import { openSandbox } from './people.ts';
import { release } from './release.ts';
import type { Settings } from './settings.ts';
import { readSettings } from './settings.ts';
import { stopSignal } from './stop.ts';

const ABOUT = `Runs hub, ledger and agent in one process, with this machine as the node.

Environment:
  TELEGRAM_BOT_TOKEN    the bot's token; without it a sandbox chat opens in the browser
  NIGHTGUARD_OPERATORS  who may ask: numeric Telegram ids with commas, each as id, id:role or id:role:name
                        (not in the sandbox, which has people of its own)
  TELEGRAM_API_ROOT     another Bot API server (default: https://api.telegram.org)
  NIGHTGUARD_CONFIG     the YAML file (default: nightguard.yaml in the state folder)
  NIGHTGUARD_STATE      the folder of keys, ledger and journal (default: ~/.local/state/nightguard)
  NIGHTGUARD_LOG        trace, debug, info, warn (default), error or silent; the log goes to stderr
  SANDBOX_PORT          port of the sandbox chat (default: 8787; 0 takes a free one)`;

/** `nightguard up`: everything in one process until it is told to stop. */
export async function up(argv: string[]): Promise<void> {
  if (!readFlags({ name: 'up', about: ABOUT, flags: {} }, argv)) return;
  const settings = readSettings(process.env);
  await mkdir(settings.state, { recursive: true, mode: 0o700 });
  const lock = lockState(settings.state);
  const { config, written } = await loadConfig(settings.config);
  const log = createLog({ level: settings.logLevel, secrets: settings.token ? [settings.token] : [] });
  const world = settings.token
    ? realTelegram(settings, config.operators.length)
    : await openSandbox(settings.sandboxPort, log);
  let house: House | undefined;
  try {
    const people = { operators: [...config.operators, ...world.operators], chats: [...config.chats, ...world.chats] };
    house = await createHouse({
      config: { ...config, ...people },
      state: settings.state,
      telegram: world.telegram,
      log,
    });
    await house.start();
    process.stdout.write(`${greeting(settings, config.node, world.url, written, house.bot())}\n`);
    await Promise.race([stopSignal(), house.ended]);
  } finally {
    await house?.stop();
    await world.close();
    lock.release();
  }
}

function realTelegram(settings: Settings, listed: number) {
  const { token, apiRoot, operators } = settings;
  if (!token) throw new Problem('token', 'TELEGRAM_BOT_TOKEN is not set.');
  if (listed + operators.length === 0)
    throw new Problem(
      'no-operators',
      'Nobody may ask anything yet: set NIGHTGUARD_OPERATORS to your numeric Telegram id (@userinfobot tells it), or add yourself under operators: in the configuration.',
    );
  return { telegram: { token, apiRoot }, operators, chats: [], url: undefined, close: async () => {} };
}

function greeting(
  settings: Settings,
  node: { name: string; environment: string },
  url: string | undefined,
  written: boolean,
  bot: string,
): string {
  const rows = {
    Chat: url ?? `https://t.me/${bot}`,
    Node: `${node.name} (${node.environment})`,
    Config: `${settings.config}${written ? ' (written just now)' : ''}`,
  };
  return [
    `Nightguard ${release()}`,
    '',
    ...Object.entries(rows).map(([label, value]) => `  ${label.padEnd(8)} ${value}`),
    '',
    `${url ? 'Open the link' : 'Open the chat'} and type /health. Stop with Ctrl-C.`,
  ].join('\n');
}
