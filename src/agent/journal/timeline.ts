import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { freshId } from '#src/wire/ids.ts';
import { keepFact, readFact } from './facts.ts';
import { lookUp, transact } from './file.ts';

/** How far somebody else has heard a log: the hub's cursor. */
export interface Heard {
  log: string;
  seq: number;
}

/** What a journal knows about its own past; times in ms since 1970. */
export interface History {
  log: string;
  /** Nothing that was asked before is in it for certain. */
  since: number;
  /** The latest time that it has seen. */
  latest: number;
  /** The highest number that it has given to a saying. */
  said: number;
  /** Set when somebody had heard more than it ever said: it is an older copy of itself. */
  wentBack: WentBack | undefined;
}

const WentBack = z.strictObject({ said: z.number(), heard: z.number(), at: z.number() });
type WentBack = z.infer<typeof WentBack>;

/** What was on its way to the hub when the journal went back is heard under these numbers yet. */
const MARGIN = 1_000;
/** No agent says so much: a cursor beyond it is nobody's. */
const MOST = 2 ** 40;
/** The latest time is written down when it has moved by this much, in ms. */
const GRAIN_MS = 1_000;

/** The journal's sense of time. */
export interface Timeline {
  history(): History;
  /** One write that is on disk when this returns, and keeps the time of it. Throws Problem `journal`. */
  write(act: () => boolean): boolean;
  /** Compares with what was heard of this log; true the first time that it proves the journal to be an older copy. From then on it numbers beyond what was heard, or nobody would hear it. */
  compare(heard: Heard): boolean;
  /** From now on nothing that was asked before now counts as known. */
  beginNow(): void;
  /** Begins a new log that trusts the clock as it is now. */
  renew(): void;
}

/** The timeline of an open journal; a journal that has none yet gets one, which begins with the oldest job in it. */
export function createTimeline(db: DatabaseSync, now: () => number): Timeline {
  const recall = (key: string) => readFact(db, key);
  const keep = (key: string, value: string | number) => keepFact(db, key, value);
  const said = () => Number(db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").get()?.['seq'] ?? 0);

  transact(db, () => {
    db.prepare("INSERT OR IGNORE INTO facts VALUES ('log', ?)").run(freshId());
    if (recall('since') === undefined) keep('since', oldest(db) ?? now());
  });
  let log = String(recall('log'));
  let since = Number(recall('since'));
  let latest = Number(recall('latest') ?? since);
  let kept = recall('latest') === undefined ? Number.NEGATIVE_INFINITY : latest;
  const look = (): number => {
    latest = Math.max(latest, now());
    return latest;
  };
  const passing = (): void => {
    if (look() < kept + GRAIN_MS) return;
    keep('latest', latest);
    kept = latest;
  };
  const readMark = (): WentBack | undefined => {
    const text = recall('went back');
    return text === undefined ? undefined : WentBack.parse(JSON.parse(text));
  };

  return {
    write: (act) =>
      transact(db, () => {
        passing();
        return act();
      }),
    history: () => lookUp(() => ({ log, since, latest: look(), said: said(), wentBack: readMark() })),
    compare(heard) {
      if (heard.log !== log || heard.seq > MOST) return false;
      return lookUp(said) < heard.seq && transact(db, () => markBack(heard.seq));
    },
    beginNow() {
      since = Math.max(since, now());
      transact(db, () => keep('since', since));
    },
    renew() {
      const fresh = { log: freshId(), since: now() };
      transact(db, () => {
        keep('log', fresh.log);
        keep('since', fresh.since);
        keep('latest', fresh.since);
        db.exec("DELETE FROM facts WHERE key = 'went back'");
      });
      ({ log, since } = fresh);
      latest = since;
      kept = since;
    },
  };

  function markBack(heard: number): boolean {
    const first = readMark() === undefined;
    if (first) keep('went back', JSON.stringify({ said: said(), heard, at: now() } satisfies WentBack));
    // The hub has these; and what it says from here must not look like a repeat of them.
    db.prepare('DELETE FROM outbox WHERE seq <= ?').run(heard);
    db.exec(
      "INSERT INTO sqlite_sequence (name, seq) SELECT 'outbox', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'outbox')",
    );
    db.prepare("UPDATE sqlite_sequence SET seq = ? WHERE name = 'outbox'").run(heard + MARGIN);
    return first;
  }
}

function oldest(db: DatabaseSync): number | undefined {
  const row = db
    .prepare('SELECT min(min(coalesce(accepted_at, finished_at), coalesce(finished_at, accepted_at))) AS at FROM jobs')
    .get();
  return typeof row?.['at'] === 'number' ? row['at'] : undefined;
}
