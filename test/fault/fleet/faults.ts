import type { Point } from '../points.ts';
import { EFFECTS, JOURNAL_WRITES } from '../points.ts';

/** What has happened in a trial so far, in this order. */
export const MOMENTS = ['begun', 'asked', 'shown', 'pressed', 'running', 'ended'] as const;
export type Moment = (typeof MOMENTS)[number];

/** A process of the product that can be killed. */
export type Who = 'hub' | 'agent';

/** `cut from hub` and `cut from agent`: a partition. `full`: it takes no write. */
export const REDIS_FAULTS = [
  ...(['killed', 'flushed', 'restored', 'frozen', 'cut from hub', 'cut from agent', 'full'] as const),
] as const;
export const TELEGRAM_FAULTS = [429, 500, 'hang'] as const;
export const TELEGRAM_METHODS = ['sendMessage', 'editMessageText', 'answerCallbackQuery'] as const;

/** One thing that goes wrong. */
export type Fault =
  /** The process ends with -9 the nth time it passes a point. */
  | { kind: 'kill'; who: Who; point: Point; occurrence: number }
  /** Something happens to Redis so many ms after a moment; `from` is when the dump was made that it is restored from. */
  | {
      kind: 'redis';
      what: (typeof REDIS_FAULTS)[number];
      at: Moment;
      afterMs: number;
      downMs: number;
      from?: Moment;
    }
  /** The next calls of a method fail; with `applied` only the answer is lost. */
  | {
      kind: 'telegram';
      what: (typeof TELEGRAM_FAULTS)[number];
      method: (typeof TELEGRAM_METHODS)[number];
      times: number;
      applied: boolean;
    }
  /** Somebody deletes the bot's newest message. */
  | { kind: 'deleted'; at: Moment; afterMs: number };

const HUB_CALLS: Record<string, readonly string[]> = {
  ledger: ['ask', 'press', 'fold', 'lease', 'told'],
  telegram: ['sendMessage', 'editMessageText'],
  webhook: ['answer'],
};
const AGENT_CALLS: Record<string, readonly string[]> = {
  journal: [...JOURNAL_WRITES, 'knows'],
  ledger: ['append', 'orders'],
  workloads: [...EFFECTS, 'get', 'settled'],
  process: ['terminate', 'startNew', 'writeRecord'],
};

/** Every point at which a process is killed. */
export const POINTS_OF: Record<Who, Point[]> = { hub: pointsOf(HUB_CALLS), agent: pointsOf(AGENT_CALLS) };

function pointsOf(calls: Record<string, readonly string[]>): Point[] {
  return Object.entries(calls).flatMap(([store, methods]) =>
    methods.flatMap((method): Point[] => [`${store}.${method}:before`, `${store}.${method}:after`]),
  );
}
