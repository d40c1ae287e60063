import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { parseDuration } from '#src/kit/duration.ts';

export const HELP = `Usage: npm run fault -- [--over house|redis|all] [--trials N] [--point name] [--seed N] [--side N] [--again trial] [--soak 1h] [--json]
       npm run fault -- --release [--part name,...] [--share 0.01] [--fresh] [--no-page] [--seed N] [--side N]

Lets things go wrong at every boundary and checks that the one intent of each trial ends in one verdict in the chat,
which agrees with what happened, and that it ran at most once.

  --over    house: the one process with its file is killed with -9 and started again (default)
            redis: hub behind the webhook, agent and Redis; these are killed, Redis loses what it had, Telegram fails
            all: both
  --trials  trials at each point (default 20)
  --point   only points whose name has this in it, such as journal.begin; several with commas
  --seed    seed of what is drawn (default 1)
  --side    trials side by side (default: as many as there are cores)
  --again   one trial over redis, as a line about what was wrong describes it
  --soak    so long (10m, 1h) one intent after the other over redis, each with none to three faults at random
  --json    one JSON object instead of the table

  --release all parts with the counts of a release, one after the other; what is finished is kept in .fault, so that
            the same command goes on after it was broken off. Writes the block of docs/figures.md
  --part    only these: wire, fuzz, red, ledger, secrets, baselines, orphans, unseal, agent, hub, redis, telegram
  --share   so much of each count, such as 0.01 for a short pass (default 1)
  --fresh   begins the parts anew
  --no-page leaves docs/figures.md alone

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
      side: { type: 'string', default: String(Math.max(2, availableParallelism())) },
      again: { type: 'string' },
      json: { type: 'boolean', default: false },
      soak: { type: 'string' },
      release: { type: 'boolean', default: false },
      part: { type: 'string', default: '' },
      share: { type: 'string', default: '1' },
      fresh: { type: 'boolean', default: false },
      page: { type: 'boolean', default: true },
      help: { type: 'boolean', default: false },
    },
    allowNegative: true,
  });
  if (values.help) return undefined;
  if (!['house', 'redis', 'all'].includes(values.over))
    throw new Error(`--over ${values.over}: write house, redis or all`);
  const parts = values.point.split(',');
  const wants = (row: string) => parts.some((part) => row.includes(part));
  const numbers = { trials: Number(values.trials), seed: Number(values.seed), side: Number(values.side) };
  const { release: isRelease, fresh, page, over, again, json } = values;
  const names = values.part === '' ? [] : values.part.split(',');
  const release = isRelease
    ? { ...numbers, parts: names, share: Number(values.share), fresh, page, signal }
    : undefined;
  const soakMs = values.soak === undefined ? undefined : parseDuration(values.soak);
  return { over, again, json, release, soakMs, run: { ...numbers, wants, signal } };
}
