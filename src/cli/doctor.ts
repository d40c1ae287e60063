import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createBot } from '#src/hub/bot.ts';
import { Problem, sentenceOf } from '#src/kit/problem.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { loadKeys } from '#src/wire/keys.ts';
import { readConfig } from './config.ts';
import { readFlags } from './flags.ts';
import type { Settings } from './settings.ts';
import { readSettings } from './settings.ts';

const ABOUT = `Checks what Nightguard needs on this machine, one line each: ok, or what is wrong and how to mend it.
It changes nothing. It ends with 1 when something is wrong.`;

interface Finding {
  check: string;
  ok: boolean;
  words: string;
}

/** `nightguard doctor`: each thing that is needed, ok or the mend. */
export async function doctor(argv: string[]): Promise<void> {
  const flags = readFlags({ name: 'doctor', about: ABOUT, flags: { json: 'as JSON' } }, argv);
  if (!flags) return;
  const settings = readSettings(process.env);
  const findings: Finding[] = [];
  for (const [check, look] of Object.entries(CHECKS)) {
    const finding = await look(settings).then(
      (words) => ({ check, ok: true, words }),
      (error: unknown) => ({ check, ok: false, words: sentenceOf(error) }),
    );
    findings.push(finding);
  }
  const lines = findings.map(({ check, ok, words }) => `${ok ? 'ok  ' : 'MEND'} ${check.padEnd(9)} ${words}`);
  process.stdout.write(flags.json ? `${JSON.stringify(findings)}\n` : `${lines.join('\n')}\n`);
  process.exitCode = findings.every(({ ok }) => ok) ? 0 : 1;
}

const NEW = 'not there yet; "nightguard up" makes it';

const CHECKS: Record<string, (settings: Settings) => Promise<string>> = {
  node: async () => `${process.version}`,
  state: async ({ state }) => ((await isThere(state)) ? await privateMode(state) : `${state}: ${NEW}`),
  config: async ({ config }) => {
    if (!(await isThere(config))) return `${config}: ${NEW}`;
    readConfig(config, await readFile(config, 'utf8'));
    return await privateMode(config);
  },
  keys: async ({ state }) => {
    for (const name of ['hub.json', 'node.json']) {
      const file = join(state, 'keys', name);
      if (!(await isThere(file))) return `${file}: ${NEW}`;
      await loadKeys(file);
    }
    return 'both pairs are there';
  },
  ledger: async ({ state }) => {
    const file = join(state, 'ledger.db');
    if (!(await isThere(file))) return `${file}: ${NEW}`;
    const ledger = createSqliteLedger({ file });
    await ledger.ping();
    await ledger.close();
    return file;
  },
  telegram: async ({ token, apiRoot, operators }) => {
    if (!token) return 'no TELEGRAM_BOT_TOKEN: "up" opens the sandbox';
    const bot = createBot({ token, apiRoot });
    await bot.init();
    const { url } = await bot.api.getWebhookInfo();
    if (url)
      throw new Problem(
        'webhook',
        `@${bot.botInfo.username} has a webhook at ${new URL(url).host}; "up" will take it away to poll.`,
      );
    return `@${bot.botInfo.username}, ${operators.length} people from NIGHTGUARD_OPERATORS`;
  },
};

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function privateMode(path: string): Promise<string> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) throw new Problem('mode', `${path} can be read by others. Run: chmod go= ${path}`);
  return path;
}
