import type { DatabaseSync } from 'node:sqlite';
import type { Saying } from '#src/wire/event.ts';
import { Event } from '#src/wire/event.ts';
import { touched } from './entry.ts';
import type { Timeline } from './timeline.ts';

/** The fact that holds the hash of the policy in effect: every saying is kept with the one under which it was said. */
export const POLICY_KEY = 'policy';
const SPEAK = 'INSERT INTO outbox (at, saying, policy) VALUES (?, ?, (SELECT value FROM facts WHERE key = ?))';

/** What a journal has to say and the hub has not acknowledged. */
export interface Speech {
  /** Something to say that changes nothing in the journal. */
  say(saying: Saying): void;
  /** Said after number `after` and not acknowledged, in order. */
  unsent(after: number, limit: number): Event[];
  /** The hub has all up to `seq` of this log. */
  acknowledge(log: string, seq: number): void;
  /** Calls back after each new saying. */
  onSaying(listener: () => void): void;
  /** Within a write: adds a saying. */
  speak(saying: Saying): boolean;
  /** After the write of a saying: calls back. */
  spoken(): void;
}

/** The speech of an open journal. */
export function createSpeech(db: DatabaseSync, { write, history }: Timeline, now: () => number): Speech {
  const listeners: (() => void)[] = [];
  const speak = (saying: Saying) => touched(db.prepare(SPEAK).run(now(), JSON.stringify(saying), POLICY_KEY));
  const spoken = () => {
    for (const listener of listeners) listener();
  };
  return {
    speak,
    spoken,
    say(saying) {
      write(() => speak(saying));
      spoken();
    },
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
    onSaying: (listener) => listeners.push(listener),
  };
}
