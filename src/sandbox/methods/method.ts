import type { Outcome } from '../answer.ts';
import type { Params } from '../params.ts';
import type { World } from '../world.ts';

/** One method of the Bot API. `gone` aborts when the caller has hung up; only long polls look at it. */
export type Method = (world: World, params: Params, gone: AbortSignal) => Outcome | Promise<Outcome>;

/** What most methods that change something bring back. */
export const DONE: Outcome = { result: true };
