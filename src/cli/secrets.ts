import { readFileSync } from 'node:fs';
import { Problem } from '#src/kit/problem.ts';

/** What may be given as a file instead: the variable with `_FILE` names it. */
const SECRETS = [
  'TELEGRAM_BOT_TOKEN',
  'REDIS_URL',
  'TELEGRAM_WEBHOOK_SECRET',
  'HUB_TICK_SECRET',
  'NIGHTGUARD_HUB_KEYS',
] as const;

/** The environment with the secrets that are in files, and without variables that are set to nothing. Throws Problem `environment` that names the variable. */
export function readEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const given = Object.entries(env).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
  const all = Object.fromEntries(given);
  for (const name of SECRETS) {
    const file = all[`${name}_FILE`];
    if (file === undefined) continue;
    if (all[name] !== undefined)
      throw new Problem('environment', `Both ${name} and ${name}_FILE are set: leave one of them out.`);
    all[name] = readSecret(name, file);
  }
  return all;
}

function readSecret(name: string, file: string): string {
  try {
    const text = readFileSync(file, 'utf8').trim();
    if (text !== '') return text;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Problem(
      'environment',
      `${name}_FILE: ${file} cannot be read (${code}). Look at its path, owner and mode.`,
      {
        cause,
      },
    );
  }
  throw new Problem('environment', `${name}_FILE: ${file} is empty. Put the secret into it.`);
}
