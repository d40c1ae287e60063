import type { Logger } from 'pino';
import { Problem } from '#src/kit/problem.ts';
import type { Saying } from '#src/wire/event.ts';
import { freshId } from '#src/wire/ids.ts';
import type { Wake } from '#src/wire/wake.ts';
import { WAKE_S } from '#src/wire/wake.ts';

/** Rings for progress come at least this far apart, in ms. */
const PROGRESS_MS = 3_000;
/** A ring that nobody heard is rung once more, after this time in ms. */
const AGAIN_MS = 5_000;
/** How long the hub may take to answer a ring, in ms. */
const RING_MS = 10_000;

/** Tells a hub that may sleep that something new is in the ledger. It carries nothing of record: a lost ring delays a message, and loses none. */
export interface Doorbell {
  /** Rings for what was said, now or soon; never waits, never throws. */
  ring(said: readonly Saying[]): void;
  /** Rings for the hub to look around. */
  wake(): void;
  /** Lets the last ring end, for at most `withinMs`, and rings no more. */
  close(withinMs: number): Promise<void>;
}

/** The doorbell of one node; rings while one is on its way become one more behind it. Without `hubUrl` nobody has to be woken. */
export function createDoorbell(deps: {
  hubUrl?: string | undefined;
  seal: (message: { jti: string; body: Wake; at: number; lifeS: number }) => Promise<string>;
  now: () => number;
  log: Logger;
}): Doorbell {
  const { hubUrl, seal, now, log } = deps;
  if (hubUrl === undefined) return { ring: () => {}, wake: () => {}, close: async () => {} };
  const url = new URL('/wake', hubUrl);
  const closing = new AbortController();
  let ringing: Promise<void> | undefined;
  let wanted = false;
  let timer: NodeJS.Timeout | undefined;
  let rangAt = Number.NEGATIVE_INFINITY;
  let lost = false;
  let closed = false;

  const post = async (): Promise<void> => {
    const body = await seal({ jti: freshId(), body: { v: 1 }, at: now(), lifeS: WAKE_S });
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(RING_MS)]);
    const headers = { 'content-type': 'text/plain' };
    const answer = await fetch(url, { method: 'POST', body, headers, redirect: 'error', signal });
    await answer.body?.cancel();
    if (!answer.ok) throw new Problem('doorbell', `The hub at ${url.host} answered ${answer.status} to the doorbell.`);
  };
  const ringOnce = async (isLast: boolean): Promise<void> => {
    try {
      await post();
      if (lost) log.info('the hub hears the doorbell again');
      lost = false;
    } catch (err) {
      if (closing.signal.aborted) return;
      if (!lost) log.warn({ err }, 'doorbell not heard; what was said waits in the ledger');
      lost = true;
      if (!isLast) later(AGAIN_MS, true);
    }
  };
  const go = (isLast: boolean): void => {
    clearTimeout(timer);
    timer = undefined;
    if (ringing) {
      wanted = true;
      return;
    }
    wanted = false;
    rangAt = performance.now();
    ringing = ringOnce(isLast).finally(() => {
      ringing = undefined;
      if (wanted && !closing.signal.aborted) go(false);
    });
  };
  const later = (ms: number, isLast: boolean): void => {
    if (closed) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      go(isLast);
    }, ms);
  };

  return {
    ring(said) {
      if (said.length === 0 || closed) return;
      const waitMs = said.every(({ kind }) => kind === 'progress') ? rangAt + PROGRESS_MS - performance.now() : 0;
      if (waitMs > 0) later(waitMs, false);
      else go(false);
    },
    wake() {
      if (!closed) go(false);
    },
    async close(withinMs) {
      closed = true;
      clearTimeout(timer);
      const end = setTimeout(() => closing.abort(), withinMs);
      while (ringing) await ringing;
      clearTimeout(end);
      closing.abort();
    },
  };
}
