import { Problem } from '#src/kit/problem.ts';
import type { Links } from '#src/operation/tools.ts';
import { ask } from './ask.ts';
import { orAborted } from './orAborted.ts';

const DEADLINE_MS = 5000;

/** Times the ways out of this node; `ledgerPing` is one round trip to the ledger, of `telegramUrl` only the origin is ever asked. */
export function createLinks(deps: { ledgerPing: () => Promise<void>; telegramUrl: string }): Links {
  const { origin, host } = new URL(deps.telegramUrl);
  return {
    ledger: (signal) => timePing(deps.ledgerPing, signal),
    async telegram(signal) {
      const answer = await ask(origin, DEADLINE_MS, signal);
      if (answer.answered) return answer.tookMs;
      throw new Problem('unreachable', `${host} cannot be reached from this node: ${answer.reason}.`);
    },
  };
}

async function timePing(ping: () => Promise<void>, signal: AbortSignal): Promise<number> {
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  const started = performance.now();
  try {
    await orAborted(ping(), AbortSignal.any([signal, deadline]));
    return performance.now() - started;
  } catch (cause) {
    signal.throwIfAborted();
    const reason = deadline.aborted ? 'no answer in 5 s' : 'the connection failed';
    throw new Problem('unreachable', `The ledger cannot be reached from this node: ${reason}.`, { cause });
  }
}
