import { violations } from './check.ts';
import type { RunOptions } from './options.ts';
import { planTrials, seeded } from './plan.ts';
import { POINTS } from './points.ts';
import { sideBySide } from './side.ts';
import type { Table } from './table.ts';
import type { Kill } from './trial.ts';
import { runTrial } from './trial.ts';

/** The trials of the house, where hub, ledger and agent are one process. Answers with the points that are not on the way of its intent. */
export async function runHouse({ trials, wants, seed, side, signal }: RunOptions, table: Table): Promise<string[]> {
  const calm = await runTrial([]);
  const complaints = violations(calm);
  if (complaints.length > 0) throw new Error(`the undisturbed run is wrong already: ${complaints.join('; ')}`);
  const planned = planTrials(calm.counts, trials, seeded(seed)).filter(({ point }) => wants(point));
  let done = 0;
  await sideBySide(planned, { side, most: side, signal }, async ({ point: row, kills }) => {
    table.add({ row, ...(await resultOf(kills)) });
    done += 1;
    process.stderr.write(`\r${done}/${planned.length}`);
  });
  return POINTS.filter((each) => wants(each) && !planned.some((trial) => trial.point === each));
}

async function resultOf(kills: Kill[]) {
  const repeat = JSON.stringify(kills);
  try {
    const outcome = await runTrial(kills);
    return {
      deaths: outcome.deaths,
      verdict: outcome.jobs.find(({ kind }) => kind === 'run')?.verdict ?? 'none',
      twins: outcome.messages > 1 ? 1 : 0,
      asked: 1,
      double: outcome.starts > 2,
      wrong: violations(outcome).map((sentence) => `${repeat}: ${sentence}`),
    };
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    return { deaths: 0, verdict: 'none', twins: 0, asked: 1, double: false, wrong: [`${repeat}: ${sentence}`] };
  }
}
