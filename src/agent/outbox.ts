import type { NodeLedger } from '#src/ledger/port.ts';
import type { Cursor } from '#src/wire/cursor.ts';
import type { Event, Saying } from '#src/wire/event.ts';
import { freshId } from '#src/wire/ids.ts';
import type { Away } from './away.ts';
import { journalFails } from './journal/file.ts';
import type { Journal } from './journal.ts';

const BATCH = 100;
const MAX_PAUSE_MS = 30_000;

/** Carries what the journal has to say into the ledger, in order, for as long as it takes. */
export interface Outbox {
  /** Forgets what is acknowledged, and sends the rest once more; when nothing is unacknowledged, the ledger is not asked at all. */
  resend(): Promise<void>;
  /** Resolves when everything said so far is in the ledger, or after `withinMs`. */
  drain(withinMs: number): Promise<void>;
  close(): void;
}

/** The outbox of one node. `seal` makes the sealed text of an event. */
export function createOutbox(deps: {
  node: string;
  journal: Journal;
  ledger: Pick<NodeLedger, 'append'>;
  /** How far the hub has heard this node. */
  heard: () => Promise<Cursor | undefined>;
  seal: (message: { jti: string; body: Event; at: number }) => Promise<string>;
  /** Called with what is in the ledger now. */
  onSent: (said: Saying[]) => void;
  away: Away;
}): Outbox {
  const { node, journal, ledger, heard, seal, onSent, away } = deps;
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  let open = true;
  let sent = 0;
  let pumping: Promise<void> | undefined;
  let wanted = false;

  const sendAll = async (): Promise<void> => {
    for (let events = journal.unsent(sent, BATCH); events.length > 0 && open; events = journal.unsent(sent, BATCH)) {
      const tokens = await Promise.all(events.map((event) => seal({ jti: freshId(), body: event, at: event.at })));
      await ledger.append(node, tokens);
      away.worked();
      onSent(events.map(({ saying }) => saying));
      sent = Math.max(sent, events.at(-1)?.seq ?? 0);
    }
  };
  const pump = async (): Promise<void> => {
    for (let pauseMs = 500; wanted && open; ) {
      wanted = false;
      try {
        await sendAll();
        pauseMs = 500;
      } catch (err) {
        away.failed(err, 'events wait for the ledger');
        wanted = true;
        await pause(pauseMs, closed);
        pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
      }
    }
    pumping = undefined;
  };
  const kick = (): Promise<void> => {
    wanted = true;
    pumping ??= pump();
    return pumping;
  };
  const forget = ({ log, seq }: { log: string; seq: number }): void => {
    try {
      journal.acknowledge(log, seq);
    } catch (error) {
      // What is not forgotten is sent once more, which harms nobody.
      if (!journalFails(error)) throw error;
    }
  };
  journal.onSaying(() => void kick());

  return {
    async resend() {
      if (journal.unsent(0, 1).length === 0) return;
      const cursor = await heard();
      if (cursor) forget(cursor);
      sent = 0;
      await kick();
    },
    drain: (withinMs) => pause(withinMs, kick()),
    close() {
      open = false;
      close();
    },
  };
}

/** Waits `ms`, or less when `unless` comes first. */
async function pause(ms: number, unless: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([promise, unless]);
  clearTimeout(timer);
}
