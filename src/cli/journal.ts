import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Problem } from '#src/kit/problem.ts';
import { resetJournal } from './journal/reset.ts';
import { showJournal } from './journal/show.ts';
import { lockState } from './lock.ts';
import { readSettings } from './settings.ts';

const USAGE = `Usage: nightguard journal [options]
       nightguard journal reset [options]

Without a word it shows what the journal of this machine knows about itself: since when it counts, how much it has
said, which jobs are open, and whether its past is in doubt. It changes nothing.

reset mends a journal whose past is in doubt: one that came back from a snapshot or a backup, one that has seen a
wrong clock, one whose file is damaged. It begins a new log that trusts the clock as it is now: nothing that was
asked before is ever started. What is whole in the journal stays; a damaged file is kept beside it under another name.
Look at the node first, since what it forgot is not found again. The agent must be stopped.

Options:
  --json     as JSON
  --help     this text
`;

/** `nightguard journal`: looks at this machine's journal, or begins a new log in it. */
export async function journal(argv: string[]): Promise<void> {
  const { help, json, words } = readWords(argv);
  if (help) return void process.stdout.write(USAGE);
  const [act, ...rest] = words;
  if (rest.length > 0 || (act !== undefined && act !== 'reset'))
    throw new Problem('usage', 'Say reset, or nothing at all. See: nightguard journal --help');
  const { state } = readSettings(process.env, 'real');
  const file = join(state, 'journal.db');
  const outcome = act === 'reset' ? locked(state, () => resetJournal(file, Date.now)) : showJournal(file, Date.now());
  process.stdout.write(json ? `${JSON.stringify(outcome.data)}\n` : `${outcome.lines.join('\n')}\n`);
}

function locked<T>(state: string, act: () => T): T {
  const lock = lockState(state);
  try {
    return act();
  } finally {
    lock.release();
  }
}

function readWords(argv: string[]): { help: boolean; json: boolean; words: string[] } {
  const options = { help: { type: 'boolean' }, json: { type: 'boolean' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: argv, options, strict: true, allowPositionals: true });
    return { help: values.help === true, json: values.json === true, words: positionals };
  } catch (cause) {
    const words = cause instanceof Error ? cause.message.split('.', 1)[0] : 'not understood';
    throw new Problem('usage', `${words}. See: nightguard journal --help`, { cause });
  }
}
