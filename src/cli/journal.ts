import { join } from 'node:path';
import { resetJournal } from './journal/reset.ts';
import { showJournal } from './journal/show.ts';
import { lockState } from './lock.ts';
import { printOutcome } from './outcome.ts';
import { readSettings } from './settings.ts';
import { readWords, usage } from './typed.ts';

const HELP = `Usage: nightguard journal [options]
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

const COMMAND = { name: 'journal', help: HELP, options: { json: { type: 'boolean' } } } as const;

/** `nightguard journal`: looks at this machine's journal, or begins a new log in it. */
export async function journal(argv: string[]): Promise<void> {
  const typed = readWords(COMMAND, argv);
  if (!typed) return;
  const [act, ...rest] = typed.words;
  if (rest.length > 0 || (act !== undefined && act !== 'reset')) throw usage('journal', 'Say reset, or nothing at all');
  const { state } = readSettings(process.env, 'real');
  const file = join(state, 'journal.db');
  const outcome = act === 'reset' ? locked(state, () => resetJournal(file, Date.now)) : showJournal(file, Date.now());
  printOutcome(outcome, typed.values.json);
}

function locked<T>(state: string, act: () => T): T {
  const lock = lockState(state);
  try {
    return act();
  } finally {
    lock.release();
  }
}
