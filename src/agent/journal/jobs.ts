import type { DatabaseSync } from 'node:sqlite';
import type { Saying } from '#src/wire/event.ts';
import type { WorkOrder } from '#src/wire/order.ts';
import type { JournalEntry } from './entry.ts';
import { entryOf, orderOf, touched, withAsked } from './entry.ts';
import { keepFact, readFact } from './facts.ts';
import { lookUp } from './file.ts';
import { lastWords } from './retention.ts';
import type { Speech } from './speech.ts';
import type { Timeline } from './timeline.ts';
import type { Trail } from './trail.ts';
import { endingOf } from './trail.ts';

/** What a journal knows of each job: accepted, started, ended. */
export interface Jobs {
  /** Takes a job, once in the life of the journal, and says so; false when it is known already. `under` is the policy's rule (by its key) that let it pass, and whether the yes it asked for was that of the one who asks. */
  accept(job: string, order: WorkOrder, expiresAt: number, under?: { rule: string; selfApproved: boolean }): boolean;
  /** How many jobs of an operator (plans do not count) a rule has let pass since a time in ms since 1970, but for one. */
  admitted(asked: { rule: string; operator: number; since: number; except: string }): number;
  /** From here on the job never runs again: after a crash it is verified. */
  start(job: string, before: unknown): void;
  /** A step of kind `once` begins. */
  begin(job: string, step: string): void;
  /** Ends a job with its last saying. A job that was never accepted is noted too, with its order if there is one, so that it can never start. */
  finish(job: string, saying: Saying, order?: WorkOrder): void;
  /** Ends a job that was never seen by what one small fact says, and keeps what the fact is then: one write, so that neither stands without the other. False, and nothing is asked, when the job is known. */
  decide(job: string, key: string, by: (fact: string | undefined) => { fact: string; saying: Saying }): boolean;
  /** Says once more how a finished job ended. */
  repeat(job: string): void;
  knows(job: string): 'never seen' | 'open' | 'finished';
  /** What is known of a job that was accepted and has ended; undefined for all others, and when its record has been shortened. */
  ended(job: string): JournalEntry | undefined;
  /** Jobs that were accepted and not finished, oldest first. */
  open(): JournalEntry[];
}

/** The jobs of an open journal; what happens to them is said, and kept in the trail. */
export function createJobs(deps: {
  db: DatabaseSync;
  now: () => number;
  timeline: Timeline;
  trail: Trail;
  speech: Speech;
}): Jobs {
  const { db, now, trail } = deps;
  const { write } = deps.timeline;
  const { say, speak, spoken } = deps.speech;
  return {
    accept(job, order, expiresAt, under) {
      const fresh = write(() => {
        const sql = `INSERT OR IGNORE INTO jobs (job, work, expires_at, accepted_at, rule, operator) VALUES (?, ?, ?, ?, ?, ?)`;
        const counted = order.kind === 'run' && under ? under.rule : null;
        const values = [job, JSON.stringify(order), expiresAt, now(), counted, order.operator];
        const added = db.prepare(sql).run(...values).changes === 1;
        if (added) speak({ kind: 'accepted', job });
        const because = under?.selfApproved ? { because: 'self-approved' } : {};
        if (added) trail.add({ at: now(), decision: 'accepted', job, ...trail.about(order), ...because });
        return added;
      });
      if (fresh) spoken();
      return fresh;
    },
    admitted({ rule, operator, since, except }) {
      const sql = 'SELECT count(*) AS count FROM jobs WHERE rule = ? AND operator = ? AND accepted_at > ? AND job <> ?';
      return Number(db.prepare(sql).get(rule, operator, since, except)?.['count']);
    },
    start(job, before) {
      write(() => {
        const sql = 'UPDATE jobs SET started_at = ?, before = ? WHERE job = ?';
        trail.add({ at: now(), decision: 'started', job, ...trail.about(orderOf(db, job)) });
        return touched(db.prepare(sql).run(now(), JSON.stringify(before ?? null), job));
      });
    },
    begin(job, step) {
      write(() => {
        trail.add({ at: now(), decision: 'begun', job, step });
        return touched(db.prepare('UPDATE jobs SET once_step = ? WHERE job = ?').run(step, job));
      });
    },
    finish(job, saying, order) {
      write(() => {
        const sql = `INSERT INTO jobs (job, work, finished_at, ending) VALUES (?, ?, ?, ?)
          ON CONFLICT (job) DO UPDATE SET finished_at = excluded.finished_at, ending = excluded.ending WHERE finished_at IS NULL`;
        const asked = order ?? orderOf(db, job);
        const ending = withAsked(saying, asked);
        const work = order === undefined ? null : JSON.stringify(order);
        const first = db.prepare(sql).run(job, work, now(), JSON.stringify(ending)).changes === 1;
        if (first) speak(ending);
        if (first) trail.add({ at: now(), ...endingOf(saying), job, ...trail.about(asked) });
        return first;
      });
      spoken();
    },
    decide(job, key, by) {
      const fresh = write(() => {
        if (!touched(db.prepare('INSERT OR IGNORE INTO jobs (job, finished_at) VALUES (?, ?)').run(job, now())))
          return false;
        const { fact, saying } = by(readFact(db, key));
        keepFact(db, key, fact);
        db.prepare('UPDATE jobs SET ending = ? WHERE job = ?').run(JSON.stringify(saying), job);
        trail.add({ at: now(), ...endingOf(saying), job });
        return speak(saying);
      });
      if (fresh) spoken();
      return fresh;
    },
    repeat(job) {
      const ending = lookUp(() => lastWords(db, job));
      if (ending) say(ending);
    },
    knows(job) {
      const row = lookUp(() => db.prepare('SELECT finished_at IS NULL AS open FROM jobs WHERE job = ?').get(job));
      return row === undefined ? 'never seen' : row['open'] === 1 ? 'open' : 'finished';
    },
    ended: (job) => {
      const sql =
        'SELECT * FROM jobs WHERE job = ? AND work IS NOT NULL AND expires_at IS NOT NULL AND finished_at IS NOT NULL';
      const row = db.prepare(sql).get(job);
      return row && entryOf(row);
    },
    open: () => db.prepare('SELECT * FROM jobs WHERE finished_at IS NULL ORDER BY accepted_at').all().map(entryOf),
  };
}
