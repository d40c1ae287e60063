import { z } from 'zod';
import type { RunOptions } from '../options.ts';
import { seeded } from '../plan.ts';
import { sideBySide } from '../side.ts';
import type { Result, Table } from '../table.ts';
import type { Outcome } from './check.ts';
import { wrongs } from './check.ts';
import type { Fault } from './faults.ts';
import { POINTS_OF } from './faults.ts';
import type { Trial } from './plan.ts';
import { planFleetTrials } from './plan.ts';
import { runFleetTrial } from './trial.ts';

/** Trials that only wait cost nothing: so many may be open for one that works. */
const OPEN_PER_SIDE = 8;

const Described = z.object({
  row: z.string(),
  faults: z.array(z.custom<Fault>((fault) => z.looseObject({ kind: z.string() }).safeParse(fault).success)),
  twice: z.boolean(),
});

/** The trials of a fleet: a hub behind the webhook, one agent, a Redis between them. Answers with the points that are not on the way of its intent. */
export async function runFleet({ trials, wants, seed, side, signal }: RunOptions, table: Table): Promise<string[]> {
  const { outcome, counts } = await runFleetTrial({ faults: [], twice: false });
  const complaints = wrongs(outcome);
  if (complaints.length > 0) throw new Error(`the undisturbed run is wrong already: ${complaints.join('; ')}`);
  const planned = planFleetTrials(counts, trials, seeded(seed)).filter(({ row }) => wants(row));
  let done = 0;
  await sideBySide(planned, { side, most: side * OPEN_PER_SIDE, signal }, async (trial, onSlow) => {
    table.add(await tried(trial, onSlow));
    done += 1;
    process.stderr.write(`\r${done}/${planned.length}`);
  });
  const all = Object.entries(POINTS_OF).flatMap(([who, points]) => points.map((each) => `${who} ${each}`));
  return all.filter((row) => wants(row) && !planned.some((trial) => trial.row === row));
}

/** One trial as a line about what was wrong describes it. */
export async function repeatFleetTrial(described: string, table: Table): Promise<void> {
  const trial = Described.parse(JSON.parse(described));
  const { outcome } = await runFleetTrial(trial);
  for (const { message_id, from, text } of outcome.messages)
    process.stderr.write(`${message_id} from ${from?.id}: ${text}\n\n`);
  table.add(resultOf(trial, outcome));
}

async function tried(trial: Trial, onSlow: () => void): Promise<Result> {
  try {
    return resultOf(trial, (await runFleetTrial(trial, onSlow)).outcome);
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    const nothing = { deaths: 0, verdict: 'none', twins: 0, asked: 1, double: false };
    return { row: trial.row, ...nothing, wrong: [`${sentence}\n    ${repeatOf(trial)}`] };
  }
}

function resultOf(trial: Trial, outcome: Outcome): Result {
  return {
    row: trial.row,
    deaths: outcome.deaths,
    verdict: verdictOf(outcome),
    twins: outcome.most - 1,
    asked: outcome.asked,
    toldAfterS: outcome.toldAfterS,
    double: outcome.restarts > outcome.runs.filter(({ begun }) => begun).length,
    wrong: wrongs(outcome).map((sentence) => `${sentence}\n    ${repeatOf(trial)}`),
  };
}

function repeatOf(trial: Trial): string {
  return `--again '${JSON.stringify(trial)}'`;
}

/** How the last intent ended that was confirmed. */
function verdictOf({ confirmed, runs }: Outcome): string {
  return runs.findLast(({ job }) => confirmed.includes(job))?.verdict ?? 'none';
}
