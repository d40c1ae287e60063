import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Journal } from '#src/agent/journal.ts';
import { createJournal } from '#src/agent/journal.ts';
import { createLockdown, lift, lockdownOf } from '#src/agent/lockdown.ts';
import { Problem } from '#src/kit/problem.ts';
import { createLog } from '#src/log.ts';
import { lockdownFiles } from './agentSide.ts';
import { FileConfig, nodeOf } from './config.ts';
import { isThere, readConfigFile } from './configFile.ts';
import { roleOf, settingsOf } from './role.ts';
import { readWords, usage } from './typed.ts';

const HELP = `Usage: nightguard lockdown [options]
       nightguard lockdown set
       nightguard lockdown lift

Says whether this node is under a lockdown: it then changes nothing, whoever asks. It ends with 2 when it is.

set locks this node alone, in a way that no hub and no chat can lift: it makes the file lockdown in the state folder
(or what node.lockdownFile says). As root, /run/nightguard/lockdown does the same until the next start of the machine.
lift ends every lockdown of this node: one from the chat, and the files. Run both as the agent's user, or as root.

Options:
  --help     this text
`;

/** `nightguard lockdown`: whether this node may change anything, and how somebody who stands before it ends a lockdown. */
export async function lockdown(argv: string[]): Promise<void> {
  const typed = readWords({ name: 'lockdown', help: HELP, options: {} }, argv);
  if (!typed) return;
  const [act, ...more] = typed.words;
  if (more.length > 0 || (act !== undefined && act !== 'lift' && act !== 'set'))
    throw usage('lockdown', 'Say set, lift, or nothing');
  const settings = settingsOf(process.env, roleOf(process.env));
  const node = nodeOf(await readConfigFile(settings.config, FileConfig));
  const past = join(settings.state, 'journal.db');
  if (!(await isThere(past)))
    throw new Problem(
      'lockdown',
      `There is no journal in ${settings.state}: set NIGHTGUARD_STATE to the agent's folder.`,
    );
  const journal = createJournal({ file: past, now: Date.now });
  try {
    const files = lockdownFiles(settings.state, node);
    const log = createLog({ level: 'silent', secrets: [] });
    const state = createLockdown({ node: node.name, journal, files, now: Date.now, log });
    const before = state.refusal();
    if (act !== undefined) change(act, files, journal);
    const now = state.refusal();
    const lifted = before === undefined ? 'It was not locked.' : `${node.name} is open again.`;
    process.stdout.write(`${now ?? (act === 'lift' ? lifted : `${node.name} is not locked.`)}\n`);
    process.exitCode = now === undefined || act === 'set' ? 0 : 2;
  } finally {
    journal.close();
  }
}

/** Sets a lockdown by the first of these files, or lifts whatever there is, with a record of it. */
function change(act: 'set' | 'lift', files: readonly string[], journal: Journal): void {
  const entry = { source: 'node', because: `in person, as ${process.env['SUDO_USER'] ?? userInfo().username}` };
  const [file = ''] = files;
  if (act === 'set') {
    if (make(file)) journal.note({ decision: 'locked', ...entry, file });
    return;
  }
  for (const path of files) if (remove(path)) journal.note({ decision: 'lockdown lifted', ...entry, file: path });
  const current = lockdownOf(journal);
  if (current) lift(journal, [current.id], entry);
}

/** Makes an empty file; false when it was there. */
function make(path: string): boolean {
  if (existsSync(path)) return false;
  closeSync(openSync(path, 'a', 0o600));
  return true;
}

/** Removes a file; false when there was none. */
function remove(path: string): boolean {
  try {
    if (!existsSync(path)) return false;
    rmSync(path);
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Problem('lockdown', `${path} cannot be removed (${code}). Do it as root, then run this again.`, {
      cause,
    });
  }
}
