import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeConfig } from '#src/agent/config.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Keys } from '#src/wire/keys.ts';
import { loadKeys } from '#src/wire/keys.ts';
import { FileConfig, nodeOf } from './config.ts';
import { readConfigFile } from './configFile.ts';
import { roleOf, settingsOf } from './role.ts';

/** What this machine's agent has for itself. */
export interface OwnState {
  node: NodeConfig;
  /** Its state folder. */
  state: string;
  keys: Keys;
}

/** Opens what this machine's agent has for itself. Throws a Problem of `code` when it is another user's, since that user could not read what is written here. */
export async function ownState(env: NodeJS.ProcessEnv, code: string): Promise<OwnState> {
  const { config, state } = settingsOf(env, roleOf(env));
  const node = nodeOf(await readConfigFile(config, FileConfig));
  await mkdir(state, { recursive: true, mode: 0o700 });
  const { uid } = await stat(state);
  if (process.platform !== 'win32' && uid !== process.geteuid?.())
    throw new Problem(code, `${state} belongs to user ${uid}. Run this as that user: sudo -u '#${uid}' ...`);
  return { node, state, keys: await loadKeys(join(state, 'keys', 'node.json')) };
}
