import type { DatabaseSync } from 'node:sqlite';
import { Reply } from '#src/operation/reply.ts';
import { Verdict } from '#src/operation/verdict.ts';
import { Saying } from '#src/wire/event.ts';
import { transact } from './file.ts';

const DAY_MS = 86_400_000;
/** How long a finished job is kept whole, in ms. */
export const WHOLE_MS = 30 * DAY_MS;
/** How long its id and verdict are kept, in ms: for at least 30 days it cannot be run again, even if the clock goes wrong. */
export const KEPT_MS = 60 * DAY_MS;
/** Jobs in one round. */
const MOST = 200;

/** One round of tidying: what ended long ago shrinks to id and verdict, and later goes. Answers how many jobs it touched. Throws Problem `journal`. */
export function compact(db: DatabaseSync, now: number): number {
  const gone =
    'DELETE FROM jobs WHERE job IN (SELECT job FROM jobs WHERE verdict IS NOT NULL AND finished_at < ? LIMIT ?)';
  const whole = 'SELECT job, ending FROM jobs WHERE verdict IS NULL AND finished_at < ? ORDER BY finished_at LIMIT ?';
  const shrink = `UPDATE jobs SET verdict = ?, work = NULL, before = NULL, once_step = NULL, ending = NULL, rule = NULL,
    operator = NULL, accepted_at = NULL, started_at = NULL, expires_at = NULL WHERE job = ?`;
  const old = db.prepare(whole).all(now - WHOLE_MS, MOST);
  const over = db
    .prepare('SELECT 1 FROM jobs WHERE verdict IS NOT NULL AND finished_at < ? LIMIT 1')
    .get(now - KEPT_MS);
  if (old.length === 0 && over === undefined) return 0;
  return transact(db, () => {
    const dropped = db.prepare(gone).run(now - KEPT_MS, MOST).changes;
    for (const { job, ending } of old) db.prepare(shrink).run(verdictIn(ending), String(job));
    return Number(dropped) + old.length;
  });
}

/** How a job ended, as it was said or, when it was compacted, in what is left of it. */
export function lastWords(db: DatabaseSync, job: string): Saying | undefined {
  const row = db.prepare('SELECT ending, verdict FROM jobs WHERE job = ?').get(job);
  if (typeof row?.['ending'] === 'string') return Saying.parse(JSON.parse(row['ending']));
  const verdict = Verdict.safeParse(row?.['verdict']).data;
  if (verdict === undefined) return undefined;
  const title = 'It ended more than 30 days ago; the journal has kept no more of it than this verdict.';
  return { kind: 'verdict', job, verdict, reply: Reply.parse({ tone: 'info', title }) };
}

// A plan ends with no verdict of its own; nor does a job of a release that did not keep endings.
function verdictIn(ending: unknown): Verdict {
  const said = typeof ending === 'string' ? Saying.parse(JSON.parse(ending)) : undefined;
  return said?.kind === 'verdict' ? said.verdict : 'done';
}
