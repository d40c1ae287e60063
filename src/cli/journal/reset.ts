import { chownSync, existsSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { BESIDE } from '#src/agent/journal/file.ts';
import { createJournal } from '#src/agent/journal.ts';
import { Problem } from '#src/kit/problem.ts';
import { utc } from '#src/kit/utc.ts';
import type { Outcome } from '../outcome.ts';

/** Begins a new log in the journal of an agent that is stopped; a damaged file goes aside first. Throws Problem `journal`. */
export function resetJournal(file: string, now: () => number): Outcome {
  const aside = isDamaged(file, now) ? setAside(file, now()) : undefined;
  const journal = createJournal({ file, now });
  journal.renew();
  const { log, since } = journal.history();
  const open = journal.open().map(({ job }) => job);
  journal.close();
  giveBack(file);
  const lines = [
    `The journal ${file} has a new log. Nothing that was asked before ${utc(since)} is started.`,
    ...(aside === undefined ? [] : [`The damaged file is kept as ${aside}. What this node did before is not known.`]),
    ...(open.length === 0 ? [] : [`Open jobs: ${open.length}. The agent looks at what became of them when it starts.`]),
    'Start the agent again.',
  ];
  return { data: { file, log, since, open, aside }, lines };
}

function isDamaged(file: string, now: () => number): boolean {
  try {
    createJournal({ file, now }).close();
    return false;
  } catch (error) {
    if (error instanceof Problem && error.code === 'journal-damaged') return true;
    throw error;
  }
}

function setAside(file: string, now: number): string {
  const aside = `${file}.damaged-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}`;
  // The file last: if this ends in the middle, what is left is refused as damaged again.
  for (const end of [...BESIDE, '']) if (existsSync(`${file}${end}`)) renameSync(`${file}${end}`, `${aside}${end}`);
  return aside;
}

// Root may do this for an agent that runs as somebody else, whose folder it is.
function giveBack(file: string): void {
  const { uid, gid } = statSync(dirname(file));
  if (process.getuid?.() === 0) chownSync(file, uid, gid);
}
