import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { seedsFile } from '#src/agent/approver/seeds.ts';
import type { Journal } from '#src/agent/journal.ts';
import { createJournal } from '#src/agent/journal.ts';
import { Problem } from '#src/kit/problem.ts';
import { loadKeys } from '#src/wire/keys.ts';
import type { Party } from '#src/wire/seal.ts';
import { FileConfig, nodeOf } from '../config.ts';
import { readConfigFile } from '../configFile.ts';
import { roleOf, settingsOf } from '../role.ts';

/** What the work on an approver's people needs. */
export interface Desk {
  /** The file of seeds. */
  seeds: string;
  /** The agent's own; it may be running. */
  journal: Journal;
  /** This machine as policy files name it. */
  self: Party;
  now: () => number;
}

/** Opens the files of this machine's agent. Throws Problem `approver` when they are another user's, since that user could not read what is written here. */
export async function openDesk(env: NodeJS.ProcessEnv): Promise<Desk> {
  const { config, state } = settingsOf(env, roleOf(env));
  const { name } = nodeOf(await readConfigFile(config, FileConfig));
  await mkdir(state, { recursive: true, mode: 0o700 });
  const { uid } = await stat(state);
  if (process.platform !== 'win32' && uid !== process.geteuid?.())
    throw new Problem('approver', `${state} belongs to user ${uid}. Run this as that user: sudo -u '#${uid}' ...`);
  const { public: key } = await loadKeys(join(state, 'keys', 'node.json'));
  const now = () => Date.now();
  const journal = createJournal({ file: join(state, 'journal.db'), now });
  return { seeds: seedsFile(state), journal, self: { name, key }, now };
}
