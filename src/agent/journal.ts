import type { DatabaseSync } from 'node:sqlite';
import type { Saying } from '#src/wire/event.ts';
import { Event } from '#src/wire/event.ts';
import type { WorkOrder } from '#src/wire/order.ts';
import type { JournalEntry } from './journal/entry.ts';
import { entryOf, orderOf, touched, withAsked } from './journal/entry.ts';
import { lookUp, openFile, transact } from './journal/file.ts';
import { compact, lastWords } from './journal/retention.ts';
import type { Timeline } from './journal/timeline.ts';
import { createTimeline } from './journal/timeline.ts';
import type { Openly, Trail } from './journal/trail.ts';
import { createTrail, endingOf } from './journal/trail.ts';
import { Condition } from './watch/condition.ts';

/** The fact that holds the hash of the policy in effect: every saying is kept with the one under which it was said. */
export const POLICY_KEY = 'policy';
const SPEAK = 'INSERT INTO outbox (at, saying, policy) VALUES (?, ?, (SELECT value FROM facts WHERE key = ?))';

/** The agent's own durable record. Every method is on disk (synchronous=FULL) before it returns; all throw Problem `journal` when it cannot be. */
export interface Journal extends Pick<Timeline, 'history' | 'compare' | 'beginNow' | 'renew'> {
  /** Takes a job, once in the life of the journal, and says so; false when it is known already. `rule` is the key of the policy's rule that let it pass. */
  accept(job: string, order: WorkOrder, expiresAt: number, rule?: string): boolean;
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
  /** Something to say that changes nothing in the journal. */
  say(saying: Saying): void;
  knows(job: string): 'never seen' | 'open' | 'finished';
  /** What is known of a job that was accepted and has ended; undefined for all others, and when its record has been shortened. */
  ended(job: string): JournalEntry | undefined;
  /** Jobs that were accepted and not finished, oldest first. */
  open(): JournalEntry[];
  /** Said after number `after` and not acknowledged, in order. */
  unsent(after: number, limit: number): Event[];
  /** The hub has all up to `seq` of this log. */
  acknowledge(log: string, seq: number): void;
  /** What is watched and not well. */
  conditions(): Condition[];
  /** Keeps how a condition stands (undefined: well), and says what is to be said about it. */
  settle(fingerprint: string, condition: Condition | undefined, saying: Saying | undefined): void;
  /** Small facts the agent keeps about itself. */
  recall(key: string): string | undefined;
  /** Keeps a fact; with `entry` also as a record of the audit. */
  remember(key: string, value: string, entry?: object): void;
  /** One round of tidying, which is bounded, and one write that keeps the time: with nothing to do it still shows whether the disk takes anything. Answers how many jobs it touched. */
  tidy(): number;
  /** The audit: each accepted, started, begun and ended job, chained by their hashes and written with what they are about. */
  audit: Pick<Trail, 'head' | 'cut' | 'lines'>;
  /** Calls back after each new saying. */
  onSaying(listener: () => void): void;
  close(): void;
}

/** What a journal is opened with; `openly` is what its audit may show of an order, which is nothing of the parameters when it is left out. */
export interface JournalOptions {
  file: string;
  now: () => number;
  openly?: Openly;
}

/** Opens the journal in `file`, or makes it there (mode 600). Throws Problem `journal`. */
export function createJournal({ file, now, openly = () => ({}) }: JournalOptions): Journal {
  const db = openFile(file);
  const timeline = createTimeline(db, now);
  const trail = createTrail(db, timeline.history().log, openly);
  const listeners: (() => void)[] = [];
  const write = (act: () => boolean): boolean =>
    transact(db, () => {
      timeline.passing();
      return act();
    });
  const speak = (saying: Saying) => db.prepare(SPEAK).run(now(), JSON.stringify(saying), POLICY_KEY);
  const spoken = () => {
    for (const listener of listeners) listener();
  };

  const say = (saying: Saying): void => {
    write(() => touched(speak(saying)));
    spoken();
  };

  const { history, compare, beginNow, renew } = timeline;
  return {
    history,
    compare,
    beginNow,
    renew,
    say,
    accept(job, order, expiresAt, rule) {
      const fresh = write(() => {
        const sql = `INSERT OR IGNORE INTO jobs (job, work, expires_at, accepted_at, rule, operator) VALUES (?, ?, ?, ?, ?, ?)`;
        const counted = order.kind === 'run' && rule !== undefined ? rule : null;
        const values = [job, JSON.stringify(order), expiresAt, now(), counted, order.operator];
        const added = db.prepare(sql).run(...values).changes === 1;
        if (added) speak({ kind: 'accepted', job });
        if (added) trail.add({ at: now(), decision: 'accepted', job, ...trail.about(order) });
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
        const { fact, saying } = by(factOf(db, key));
        db.prepare('INSERT OR REPLACE INTO facts VALUES (?, ?)').run(key, fact);
        db.prepare('UPDATE jobs SET ending = ? WHERE job = ?').run(JSON.stringify(saying), job);
        return touched(speak(saying));
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
    unsent(after, limit) {
      const rows = db
        .prepare('SELECT seq, at, saying, policy FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?')
        .all(after, limit);
      const first = db.prepare('SELECT min(seq) AS first FROM outbox').get()?.['first'];
      const base = typeof first === 'number' ? first - 1 : 0;
      const { log } = history();
      return rows.map(({ seq, at, saying, policy }) =>
        Event.parse({ v: 1, log, seq, base, at, policy: policy ?? undefined, saying: JSON.parse(String(saying)) }),
      );
    },
    acknowledge(ofLog, seq) {
      if (ofLog === history().log) write(() => touched(db.prepare('DELETE FROM outbox WHERE seq <= ?').run(seq)));
    },
    conditions: () =>
      db
        .prepare('SELECT body FROM conditions')
        .all()
        .map(({ body }) => Condition.parse(JSON.parse(String(body)))),
    settle(fingerprint, condition, saying) {
      write(() => {
        db.prepare('DELETE FROM conditions WHERE fingerprint = ?').run(fingerprint);
        if (condition) db.prepare('INSERT INTO conditions VALUES (?, ?)').run(fingerprint, JSON.stringify(condition));
        if (saying) speak(saying);
        return true;
      });
      if (saying) spoken();
    },
    recall: (key) => factOf(db, key),
    tidy() {
      write(() => touched(db.prepare("INSERT OR REPLACE INTO facts VALUES ('tidied', ?)").run(String(now()))));
      return compact(db, now());
    },
    remember(key, value, entry) {
      write(() => {
        if (entry) trail.add({ at: now(), ...entry });
        return touched(db.prepare('INSERT OR REPLACE INTO facts VALUES (?, ?)').run(key, value));
      });
    },
    audit: trail,
    onSaying: (listener) => listeners.push(listener),
    close: () => db.close(),
  };
}

function factOf(db: DatabaseSync, key: string): string | undefined {
  const value = db.prepare('SELECT value FROM facts WHERE key = ?').get(key)?.['value'];
  return value === undefined ? undefined : String(value);
}
