import type { Logger } from 'pino';
import type { Errands } from '#src/adapters/errand/errands.ts';
import type { Tools } from '#src/operation/tools.ts';
import type { Journal } from './journal.ts';

/** What work on a node is done with. */
export interface Bench {
  node: string;
  tools: Tools;
  /** What the commands of a step are run by; absent: no tool runs any that changes something. */
  errands?: Errands | undefined;
  journal: Journal;
  /** Why nothing may be changed now, if that is so. */
  locked?: (() => string | undefined) | undefined;
  /** ms since 1970. */
  now: () => number;
  log: Logger;
}
