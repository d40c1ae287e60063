import type { Saying } from '#src/wire/event.ts';
import { keepFact, readFact } from './journal/facts.ts';
import { openFile } from './journal/file.ts';
import type { Jobs } from './journal/jobs.ts';
import { createJobs } from './journal/jobs.ts';
import { compact } from './journal/retention.ts';
import type { Speech } from './journal/speech.ts';
import { createSpeech } from './journal/speech.ts';
import type { Timeline } from './journal/timeline.ts';
import { createTimeline } from './journal/timeline.ts';
import type { Openly, Trail } from './journal/trail.ts';
import { createTrail } from './journal/trail.ts';
import { Condition } from './watch/condition.ts';

/** The agent's own durable record. Every method is on disk (synchronous=FULL) before it returns; all throw Problem `journal` when it cannot be. */
export interface Journal
  extends Jobs,
    Pick<Timeline, 'history' | 'compare' | 'beginNow' | 'renew'>,
    Pick<Speech, 'say' | 'unsent' | 'acknowledge' | 'onSaying'> {
  /** What is watched and not well. */
  conditions(): Condition[];
  /** Keeps how a condition stands (undefined: well), and says what is to be said about it. */
  settle(fingerprint: string, condition: Condition | undefined, saying: Saying | undefined): void;
  /** Small facts the agent keeps about itself. */
  recall(key: string): string | undefined;
  /** Keeps a fact; with `entry` also as a record of the audit. */
  remember(key: string, value: string, entry?: object): void;
  /** Keeps a record of the audit that is about no job's own stages. */
  note(entry: object): void;
  /** One round of tidying, which is bounded, and one write that keeps the time: with nothing to do it still shows whether the disk takes anything. Answers how many jobs it touched. */
  tidy(): number;
  /** The audit: each accepted, started, begun and ended job, chained by their hashes and written with what they are about. */
  audit: Pick<Trail, 'head' | 'cut' | 'lines'>;
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
  const speech = createSpeech(db, timeline, now);
  const { history, compare, beginNow, renew, write } = timeline;
  const { say, unsent, acknowledge, onSaying, speak, spoken } = speech;
  return {
    ...createJobs({ db, now, timeline, trail, speech }),
    ...{ history, compare, beginNow, renew },
    ...{ say, unsent, acknowledge, onSaying },
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
    recall: (key) => readFact(db, key),
    tidy() {
      write(() => keepFact(db, 'tidied', now()));
      return compact(db, now());
    },
    remember(key, value, entry) {
      write(() => {
        if (entry) trail.add({ at: now(), ...entry });
        return keepFact(db, key, value);
      });
    },
    note(entry) {
      write(() => {
        trail.add({ at: now(), ...entry });
        return true;
      });
    },
    audit: trail,
    close: () => db.close(),
  };
}
