import { existsSync } from 'node:fs';
import { pastInDoubt } from '#src/agent/history.ts';
import { createJournal } from '#src/agent/journal.ts';
import { Problem } from '#src/kit/problem.ts';
import { utc } from '#src/kit/utc.ts';
import type { Outcome } from '../outcome.ts';

/** What a journal knows about itself; it may belong to an agent that runs. Throws Problem `journal`. */
export function showJournal(file: string, now: number): Outcome {
  if (!existsSync(file))
    throw new Problem('journal', `There is no journal ${file}. The agent makes it when it starts for the first time.`);
  const journal = createJournal({ file, now: () => now });
  const history = journal.history();
  const open = journal.open().map(({ job, order }) => ({ job, operation: order.operation }));
  journal.close();
  const doubt = pastInDoubt(history, now, 'this node');
  const lines = [
    `Journal   ${file}`,
    `Log       ${history.log}, ${history.said} said`,
    `Since     ${utc(history.since)}; nothing that was asked before is started`,
    `Open      ${open.length === 0 ? 'nothing' : open.map(({ job, operation }) => `${operation} (${job})`).join(', ')}`,
    `Past      ${doubt ?? 'in order'}`,
  ];
  return { data: { file, ...history, open, doubt: doubt ?? null }, lines };
}
