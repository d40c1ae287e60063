import { readFile } from 'node:fs/promises';
import { sentenceOf } from '#src/kit/problem.ts';
import { backupCheck } from './checks/backup.ts';
import type { Check, Patient, Role } from './checks/check.ts';
import { clockCheck, ledgerCheck } from './checks/ledger.ts';
import { enginesCheck, hubCheck } from './checks/links.ts';
import { configCheck, keysCheck, nodeCheck, seedsCheck, stateCheck } from './checks/place.ts';
import { policyCheck } from './checks/policy.ts';
import { botCheck, telegramCheck } from './checks/telegram.ts';
import { readConfig } from './config.ts';
import { isThere } from './configFile.ts';
import { readFlags } from './flags.ts';
import { readHubSettings } from './hubSettings.ts';
import { roleOf, settingsOf } from './role.ts';

const ABOUT = `Checks what Nightguard needs on this machine, one line each: ok, warn, or MEND with what to do.
What the machine is for is seen from its environment: HUB_URL means a hub, REDIS_URL without a token an agent.
It changes nothing. It ends with 1 when something has to be mended.`;

const FLAGS = { hub: 'as a hub', agent: 'as an agent', json: 'as JSON' };

const CHECKS: Record<string, Check> = {
  node: nodeCheck,
  state: stateCheck,
  config: configCheck,
  policy: policyCheck,
  keys: keysCheck,
  seeds: seedsCheck,
  ledger: ledgerCheck,
  clock: clockCheck,
  telegram: telegramCheck,
  bot: botCheck,
  engines: enginesCheck,
  backup: backupCheck,
  hub: hubCheck,
};

/** `nightguard doctor`: each thing that is needed, in order or with its mend. */
export async function doctor(argv: string[]): Promise<void> {
  const flags = readFlags({ name: 'doctor', about: ABOUT, flags: FLAGS }, argv);
  if (!flags) return;
  const findings = await examine(process.env, flags.hub ? 'hub' : flags.agent ? 'agent' : undefined);
  const lines = findings.map(({ check, state, words }) => `${MARKS[state]} ${check.padEnd(9)} ${words}`);
  process.stdout.write(flags.json ? `${JSON.stringify(findings)}\n` : `${lines.join('\n')}\n`);
  process.exitCode = findings.some(({ state }) => state === 'mend') ? 1 : 0;
}

const MARKS = { ok: 'ok  ', warn: 'warn', mend: 'MEND' } as const;

/** One line of the doctor's. */
export interface Line {
  check: string;
  state: keyof typeof MARKS;
  words: string;
}

/** Does all checks with this environment, one after the other. */
export async function examine(env: NodeJS.ProcessEnv, asked?: Role): Promise<Line[]> {
  const role = asked ?? roleOf(env);
  const settings = settingsOf(env, role);
  const patient: Patient = {
    role,
    settings,
    hub: role === 'hub' ? readHubSettings(env) : undefined,
    config: undefined,
  };
  const read: Check = async (at) => {
    const file = settings.config;
    if (await isThere(file)) patient.config = readConfig(file, await readFile(file, 'utf8'));
    return await configCheck({ ...at, config: patient.config });
  };
  const lines: Line[] = [];
  for (const [check, look] of Object.entries({ ...CHECKS, config: read }))
    lines.push(
      await look(patient).then(
        (finding) => ({ check, ...finding }),
        (error: unknown) => ({ check, state: 'mend' as const, words: sentenceOf(error) }),
      ),
    );
  return lines;
}
