import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Message } from '../../flow/chat.ts';
import { footer, hasEnded, isBots, runsIn, shows } from '../fleet/record.ts';

/** Verdicts in the chat that no node has given: judged by what the nodes' own journals say. */
export function falseVerdicts(messages: readonly Message[], journals: readonly string[]): string[] {
  const runs = journals.flatMap((file) => runsIn(file));
  return messages.filter(isBots).flatMap((message) => {
    const { text = '' } = message;
    const job = footer(text);
    if (job === undefined || !hasEnded(message)) return [];
    const run = runs.find((each) => each.job.startsWith(job));
    if (!run?.verdict) return [`the chat says how job ${job} ended, its node does not: ${text.slice(0, 200)}`];
    return shows(text, run.title) ? [] : [`the chat says "${text.slice(0, 200)}", the node "${run.title}"`];
  });
}

const Work = z.looseObject({ kind: z.string(), operation: z.string(), operator: z.number() });

/** What was done on a node without somebody's yes to exactly that. */
export function unauthorised(seen: {
  folder: string;
  nodes: readonly string[];
  /** Jobs that somebody said yes to, each with its node. */
  confirmed: ReadonlyMap<string, string>;
  /** How often the workload of each node was started. */
  starts: readonly number[];
}): string[] {
  const { folder, nodes, confirmed, starts } = seen;
  return nodes.flatMap((node, index) => {
    const begun = begunIn(join(folder, node, 'journal.db'));
    const wrong = begun.filter(
      ({ job, work }) => confirmed.get(job) !== node || work.operation !== 'restart' || work.operator !== 1001,
    );
    const restarts = (starts[index] ?? 0) - 1;
    return [
      ...wrong.map(
        ({ job, work }) =>
          `${node} did ${work.operation} (job ${job}) for ${work.operator}, and nobody said yes to that`,
      ),
      ...(restarts > begun.length ? [`${restarts} restarts on ${node} for ${begun.length} jobs that began`] : []),
    ];
  });
}

/** Jobs of a journal that have begun to change something. */
function begunIn(file: string) {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return db
      .prepare('SELECT job, work FROM jobs WHERE once_step IS NOT NULL')
      .all()
      .map(({ job, work }) => ({ job: String(job), work: Work.parse(JSON.parse(String(work))) }));
  } finally {
    db.close();
  }
}
