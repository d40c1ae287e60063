import type { Point } from '../points.ts';
import type { Fault, Moment, Who } from './faults.ts';
import { MOMENTS, POINTS_OF, REDIS_FAULTS, TELEGRAM_FAULTS, TELEGRAM_METHODS } from './faults.ts';

/** One trial as it was drawn. */
export interface Trial {
  /** The row of the table that it counts in. */
  row: string;
  faults: Fault[];
  /** Telegram delivers every update twice. */
  twice: boolean;
}

/** What goes wrong in a trial. */
export type Faulty = Pick<Trial, 'faults' | 'twice'>;

/** How often each point is passed in an undisturbed trial. */
export type Counts = Record<Who, Record<string, number>>;

/** Nobody notices at once that these have happened: they last longer. */
const STAYS_UP = /^(frozen|cut from|full)/;

/** The trials of every row, `trials` each, as the seed has them; every third has a second fault, every fourth gets its updates twice. */
export function planFleetTrials(counts: Counts, trials: number, random: () => number): Trial[] {
  const draw = drawing(random);
  const seconds = [
    () => draw.kill('hub', draw.one(reached('hub', counts)), 1),
    () => draw.kill('agent', draw.one(reached('agent', counts)), 1),
    () => draw.redis(draw.one(REDIS_FAULTS)),
    () => draw.telegram(draw.one(TELEGRAM_FAULTS), draw.one(TELEGRAM_METHODS)),
  ];
  const rows = Object.entries(rowsOf(counts, draw));
  // Every row has its turn, so that a run that is broken off has seen them all.
  return Array.from({ length: trials }).flatMap((_, index) =>
    rows.map(([row, first]) => ({
      row,
      faults: index % 3 === 2 ? [first(index), draw.one(seconds)()] : [first(index)],
      twice: index % 4 === 3,
    })),
  );
}

type Drawing = ReturnType<typeof drawing>;

/** What the first fault of each row is, by the number of its trial. */
function rowsOf(counts: Counts, draw: Drawing): Record<string, (index: number) => Fault> {
  const kills = (['hub', 'agent'] as const).flatMap((who) =>
    reached(who, counts).map((point) => [
      `${who} ${point}`,
      (index: number) => draw.kill(who, point, 1 + (index % (counts[who][point] ?? 1))),
    ]),
  );
  const redis = REDIS_FAULTS.map((what) => [`redis ${what}`, () => draw.redis(what)]);
  const telegram = TELEGRAM_FAULTS.flatMap((what) =>
    TELEGRAM_METHODS.map((method) => [`telegram ${what} ${method}`, () => draw.telegram(what, method)]),
  );
  const lost = (['sendMessage', 'editMessageText'] as const).map((method) => [
    `telegram lost answer ${method}`,
    () => ({ ...draw.telegram(500, method), times: 1, applied: true }),
  ]);
  return Object.fromEntries([...kills, ...redis, ...telegram, ...lost, ['message deleted', () => draw.deleted()]]);
}

function reached(who: Who, counts: Counts): Point[] {
  return POINTS_OF[who].filter((point) => (counts[who][point] ?? 0) > 0);
}

function drawing(random: () => number) {
  const whole = (below: number) => Math.floor(random() * below);
  const one = <T>(of: readonly T[]): T => {
    const drawn = of[whole(of.length)];
    if (drawn === undefined) throw new Error('nothing to draw from');
    return drawn;
  };
  return {
    one,
    kill: (who: Who, point: Point, occurrence: number): Fault => ({ kind: 'kill', who, point, occurrence }),
    redis(what: (typeof REDIS_FAULTS)[number]): Fault {
      const at = 1 + whole(MOMENTS.length - 1);
      const from = what === 'restored' ? { from: MOMENTS[whole(at)] as Moment } : {};
      const downMs = STAYS_UP.test(what) ? 5_000 : 100 + whole(2_400);
      return { kind: 'redis', what, at: MOMENTS[at] as Moment, afterMs: whole(300), downMs, ...from };
    },
    telegram: (
      what: (typeof TELEGRAM_FAULTS)[number],
      method: (typeof TELEGRAM_METHODS)[number],
    ): Fault & { kind: 'telegram' } => ({ kind: 'telegram', what, method, times: 1 + whole(2), applied: false }),
    deleted: (): Fault => ({ kind: 'deleted', at: one(['shown', 'pressed', 'running', 'ended']), afterMs: whole(200) }),
  };
}
