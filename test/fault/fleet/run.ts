import { z } from 'zod';
import type { RunOptions } from '../options.ts';
import { seeded } from '../plan.ts';
import { sideBySide } from '../side.ts';
import type { Result, Table } from '../table.ts';
import type { Outcome } from './check.ts';
import { leftUnfinished, wrongs } from './check.ts';
import type { Fault } from './faults.ts';
import { POINTS_OF } from './faults.ts';
import type { Counts, Trial } from './plan.ts';
import { planFleetTrials } from './plan.ts';
import type { Pool } from './pool.ts';
import { createPool } from './pool.ts';
import { runFleetTrial } from './trial.ts';

/** Trials that only wait cost nothing: so many may be open for one that works. */
const OPEN_PER_SIDE = 8;

const Described = z.object({
  row: z.string(),
  faults: z.array(z.custom<Fault>((fault) => z.looseObject({ kind: z.string() }).safeParse(fault).success)),
  twice: z.boolean(),
});

/** How often each point is passed when nothing goes wrong. Throws when even that is wrong. */
export async function countPoints(): Promise<Counts> {
  const { outcome, counts } = await runFleetTrial({ faults: [], twice: false });
  const complaints = wrongs(outcome);
  if (complaints.length > 0) throw new Error(`the undisturbed run is wrong already: ${complaints.join('; ')}`);
  return counts;
}

/** The trials of a fleet: a hub behind the webhook, one agent, a Redis between them. Answers with the points that are not on the way of its intent. */
export async function runFleet(run: RunOptions, table: Table): Promise<string[]> {
  const { trials, wants, seed } = run;
  const planned = planFleetTrials(await countPoints(), trials, seeded(seed)).filter(({ row }) => wants(row));
  await runTrials(planned, run, (result) => table.add(result));
  const all = Object.entries(POINTS_OF).flatMap(([who, points]) => points.map((each) => `${who} ${each}`));
  return all.filter((row) => wants(row) && !planned.some((trial) => trial.row === row));
}

/** Runs trials side by side, many of them one after the other in the same field, and hands over each result with its trial. */
export async function runTrials<T extends Trial>(
  planned: readonly T[],
  { side, signal }: Pick<RunOptions, 'side' | 'signal'>,
  onResult: (result: Result, trial: T) => void,
): Promise<void> {
  const pool = createPool();
  let done = 0;
  try {
    await sideBySide(planned, { side, most: side * OPEN_PER_SIDE, signal }, async (trial, onSlow) => {
      onResult(await tried(trial, pool, onSlow), trial);
      done += 1;
      process.stderr.write(`\r${done}/${planned.length}`);
    });
  } finally {
    await pool.close();
  }
}

/** One trial as a line about what was wrong describes it. */
export async function repeatFleetTrial(described: string, table: Table): Promise<void> {
  const trial = Described.parse(JSON.parse(described));
  const { outcome } = await runFleetTrial(trial);
  for (const { message_id, from, text } of outcome.messages)
    process.stderr.write(`${message_id} from ${from?.id}: ${text}\n\n`);
  table.add(resultOf(trial, outcome));
}

async function tried(trial: Trial, pool: Pool, onSlow: () => void): Promise<Result> {
  const field = await pool.take();
  let isGood = false;
  try {
    const result = resultOf(trial, (await runFleetTrial(trial, { field, onSlow })).outcome);
    isGood = result.wrong.length === 0;
    return result;
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    const nothing = { deaths: 0, verdict: 'none', twins: 0, asked: 1, double: false };
    return { row: trial.row, ...nothing, wrong: [`${sentence}\n    ${repeatOf(trial)}`] };
  } finally {
    await pool.giveBack(field, isGood);
  }
}

/** What a trial came to, as a line of the table. */
export function resultOf(trial: Trial, outcome: Outcome): Result {
  return {
    row: trial.row,
    deaths: outcome.deaths,
    verdict: verdictOf(outcome),
    twins: Math.max(0, outcome.most - 1, leftUnfinished(outcome).length),
    asked: outcome.asked,
    toldAfterS: outcome.toldAfterS,
    double: outcome.restarts > outcome.runs.filter(({ begun }) => begun).length,
    wrong: wrongs(outcome).map((sentence) => `${sentence}\n    ${repeatOf(trial)}`),
  };
}

function repeatOf({ row, faults, twice }: Trial): string {
  return `--again '${JSON.stringify({ row, faults, twice })}'`;
}

/** How the last intent ended that was confirmed. */
function verdictOf({ confirmed, runs }: Outcome): string {
  return runs.findLast(({ job }) => confirmed.includes(job))?.verdict ?? 'none';
}
