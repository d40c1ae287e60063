/** Every boundary at which the process is killed: what it has just done is durable or seen, what follows has not begun. */
export const LEDGER_WRITES = ['ask', 'press', 'fold', 'lease', 'told', 'append', 'orders'] as const;
export const JOURNAL_WRITES = ['accept', 'start', 'begin', 'finish', 'say', 'acknowledge'] as const;
export const TELEGRAM_CALLS = ['sendMessage', 'editMessageText', 'answerCallbackQuery', 'getUpdates'] as const;
export const EFFECTS = ['restart'] as const;

/** Where a kill falls: before or after one call of one part. */
export type Point = `${string}.${string}:${'before' | 'after'}`;

const STORES = { ledger: LEDGER_WRITES, journal: JOURNAL_WRITES, telegram: TELEGRAM_CALLS, workloads: EFFECTS };

/** All points by name, in the order in which a change meets them, more or less. */
export const POINTS: Point[] = Object.entries(STORES).flatMap(([store, methods]) =>
  methods.flatMap((method): Point[] => [`${store}.${method}:before`, `${store}.${method}:after`]),
);
