import type { Transformer } from 'grammy';

/** Gives every call of the Bot API no more than `withinMs`; only getUpdates, which waits on purpose, keeps the client's own limit. */
export function createPatience(withinMs: number): Transformer {
  return async (prev, method, payload, signal) => {
    if (method === 'getUpdates') return await prev(method, payload, signal);
    const limit = AbortSignal.timeout(withinMs);
    const both = signal === undefined ? limit : AbortSignal.any([limit, standard(signal)]);
    return await prev(method, payload, polyfilled(both));
  };
}

type Signal = Parameters<Transformer>[3];

/** grammY's types name the signal of a polyfill; at run time both are the standard one. */
function standard(signal: NonNullable<Signal>): AbortSignal {
  return signal as unknown as AbortSignal;
}

function polyfilled(signal: AbortSignal): Signal {
  return signal as unknown as Signal;
}
