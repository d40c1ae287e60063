import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Problem } from '#src/kit/problem.ts';
import type { Journal } from '../journal.ts';
import { alertSaying } from '../sayings.ts';
import { nextCondition, openAlert } from './condition.ts';
import type { Reading, Watch } from './watch.ts';

/** How long one look of one watch may take, in ms. */
const LOOK_MS = 20_000;
/** How soon the second look comes after something was changed, in ms. */
const SOON_MS = 5_000;

/** Looks at everything that is watched, again and again, and says what is wrong; what it remembers is in the journal. */
export interface Watchman {
  /** One look of every watch. */
  look(signal: AbortSignal): Promise<void>;
  /** Looks every `everyMs` until the signal. */
  run(signal: AbortSignal): Promise<void>;
  /** Something was changed on the node: looks now and once more soon, so that what was mended is told soon. */
  hurry(): void;
  /** Says all open alerts once more, for a hub that may have lost them. */
  restate(): void;
}

/** The watchman of one agent; he needs neither hub nor ledger. */
export function createWatchman(deps: {
  watches: readonly Watch[];
  journal: Journal;
  everyMs: number;
  now: () => number;
  log: Logger;
}): Watchman {
  const { watches, journal, everyMs, now, log } = deps;
  const failing = new Set<string>();
  let rest = new AbortController();
  let hurried = 0;

  const settle = (watch: string, reading: Reading): void => {
    const before = journal.conditions().find(({ fingerprint }) => fingerprint === reading.fingerprint);
    const { condition, alert } = nextCondition(before, reading, watch, now());
    if (condition === before) return;
    if (alert) log.warn({ fingerprint: reading.fingerprint, state: alert.state }, alert.reply.title);
    journal.settle(reading.fingerprint, condition, alert && alertSaying(alert));
  };
  const lookOnce = async (watch: Watch, signal: AbortSignal): Promise<void> => {
    try {
      const readings = await watch.look(AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]));
      for (const reading of [...readings, ...gone(watch.name, readings)]) settle(watch.name, reading);
      failing.delete(watch.name);
    } catch (err) {
      if (signal.aborted) return;
      if (err instanceof Problem && err.code === 'journal') log.error({ err }, 'nothing can be remembered');
      else if (!failing.has(watch.name)) log.warn({ err, watch: watch.name }, 'watch cannot look');
      failing.add(watch.name);
    }
  };
  /** Conditions that this watch no longer knows have gone with what they were about. */
  const gone = (watch: string, readings: readonly Reading[]): Reading[] =>
    journal
      .conditions()
      .filter((each) => each.watch === watch && !readings.some(({ fingerprint }) => fingerprint === each.fingerprint))
      .map(({ fingerprint }) => ({ fingerprint, trouble: undefined, well: `${fingerprint} is no longer watched` }));

  const look = async (signal: AbortSignal): Promise<void> => {
    await Promise.all(watches.map((watch) => lookOnce(watch, signal)));
    log.debug('watches looked');
  };
  return {
    look,
    async run(signal) {
      while (!signal.aborted) {
        await look(signal);
        const restMs = hurried > 0 ? Math.min(SOON_MS, everyMs) : everyMs;
        hurried = Math.max(0, hurried - 1);
        rest = new AbortController();
        await sleep(restMs, undefined, { signal: AbortSignal.any([signal, rest.signal]) }).catch(() => {});
      }
    },
    hurry() {
      hurried = 1;
      rest.abort();
    },
    restate() {
      for (const condition of journal.conditions().filter(({ phase }) => phase !== 'pending'))
        journal.say(alertSaying(openAlert(condition)));
    },
  };
}
