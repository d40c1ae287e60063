import type { Logger } from 'pino';
import { formatDuration } from '#src/kit/duration.ts';
import { utc } from '#src/kit/utc.ts';
import type { Cursor } from '#src/wire/cursor.ts';
import type { History } from './journal/timeline.ts';
import type { Journal } from './journal.ts';

/** A clock that is behind the latest time seen by more than this, in ms, was set back. */
const STEP_MS = 60_000;
/** How long the hub's latest word about the time counts, in ms. */
const FADES_MS = 600_000;

/** Takes in how far the hub says that this node was heard: it may prove that the journal is an older copy, or that somebody else has spoken for this node. */
export async function takeStock(deps: {
  heard: () => Promise<Cursor | undefined>;
  journal: Journal;
  log: Logger;
}): Promise<void> {
  const { heard, journal, log } = deps;
  const cursor = await heard();
  if (!cursor) return;
  if (cursor.log !== journal.history().log) return journal.beginNow();
  if (journal.compare(cursor)) log.error({ cursor }, 'the journal went back in time');
}

/** What time it was at the hub by its latest word, in ms since 1970: every order tells it, also one that is refused. It fades, so that a hub whose clock was wrong for a moment is obeyed again. */
export function createHubTime(): { hear(issuedAt: number): void; latest(): number } {
  let word = { time: 0, heardAt: 0 };
  const latest = () => (performance.now() - word.heardAt > FADES_MS ? 0 : word.time);
  return {
    latest,
    hear(time) {
      if (time > latest()) word = { time, heardAt: performance.now() };
    },
  };
}

/** How the journal is mended; the agent does not do it by itself, since only a person knows what happened. */
export const MEND = 'On the node, stop the agent, run "nightguard journal reset", and start it again.';

/** The time by which an order is over here: a clock that was set back a little brings nothing back. */
export function latestFor({ latest }: History, now: number): number {
  return latest - now > STEP_MS ? now : latest;
}

/** Why an order that nobody here knows must not begin, although its time is not over: it may have been carried out in a past that is lost. */
export function beforeTime({ since }: History, issuedAt: number, node: string): string | undefined {
  // Orders carry whole seconds.
  if (issuedAt >= Math.floor(since / 1000) * 1000) return undefined;
  return `The journal of ${node} begins at ${utc(since)}, after this was asked (${utc(issuedAt)}). What came before is not known there, so it was not started. Look at the target, then ask again.`;
}

/** Why nothing can be changed on this node now, as long as its own past is in doubt. */
export function pastInDoubt({ wentBack, latest }: History, now: number, node: string): string | undefined {
  if (wentBack)
    return `The journal of ${node} went back in time (restored from a snapshot?): it ended at number ${wentBack.said}, and ${wentBack.heard} was heard. It may have forgotten what it did, so it changes nothing. ${MEND}`;
  if (latest - now > STEP_MS)
    return `The clock of ${node} went back by ${formatDuration(latest - now)}: it says ${utc(now)}, and the journal has seen ${utc(latest)}. So nothing is changed there. Set the clock; if it is right, ${MEND.charAt(0).toLowerCase()}${MEND.slice(1)}`;
  return undefined;
}
