import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run fault -- [--over house|redis|all] [--trials N] [--point name] [--seed N] [--side N] [--again trial] [--json]

Lets things go wrong at every boundary and checks that the one intent of each trial ends in one verdict in the chat,
which agrees with what happened, and that it ran at most once.

  --over    house: the one process with its file is killed with -9 and started again (default)
            redis: hub behind the webhook, agent and Redis; these are killed, Redis loses what it had, Telegram fails
            all: both
  --trials  trials at each point (default 20)
  --point   only points whose name has this in it, such as journal.begin; several with commas
  --seed    seed of what is drawn (default 1)
  --side    trials side by side (default 2)
  --again   one trial over redis, as a line about what was wrong describes it
  --json    one JSON object instead of the table

Ctrl-C lets the trials end that have begun, and prints what there is.`;

/** What is run. */
export interface RunOptions {
  trials: number;
  /** Whether a row of this name is wanted. */
  wants: (row: string) => boolean;
  seed: number;
  side: number;
  /** No trial begins after it. */
  signal: AbortSignal;
}

/** Reads the command line; undefined when help is wanted. */
export function readOptions(argv: string[], signal: AbortSignal) {
  const { values } = parseArgs({
    args: argv,
    options: {
      over: { type: 'string', default: 'house' },
      trials: { type: 'string', default: '20' },
      point: { type: 'string', default: '' },
      seed: { type: 'string', default: '1' },
      side: { type: 'string', default: '2' },
      again: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  if (!['house', 'redis', 'all'].includes(values.over))
    throw new Error(`--over ${values.over}: write house, redis or all`);
  const parts = values.point.split(',');
  const wants = (row: string) => parts.some((part) => row.includes(part));
  const numbers = { trials: Number(values.trials), seed: Number(values.seed), side: Number(values.side) };
  return { over: values.over, again: values.again, json: values.json, run: { ...numbers, wants, signal } };
}
