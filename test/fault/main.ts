import { parseArgs } from 'node:util';
import { violations } from './check.ts';
import { planTrials, seeded } from './plan.ts';
import type { Point } from './points.ts';
import { POINTS } from './points.ts';
import type { Kill } from './trial.ts';
import { runTrial } from './trial.ts';

const HELP = `Usage: npm run fault -- [--trials N] [--point name] [--seed N] [--side N] [--json]

Kills the whole process with -9 at every boundary of journal, ledger, Telegram and effect, restarts it,
and checks that the one intent of each trial ends in one verdict in the chat and ran at most once.

  --trials  trials at each point (default 20)
  --point   only points whose name has this in it, such as journal.begin
  --seed    seed of the second deaths (default 1)
  --side    trials side by side (default 2)
  --json    one JSON object instead of the table`;

interface Row {
  point: Point;
  trials: number;
  deaths: number;
  lost: number;
  verdicts: Record<string, number>;
  twins: number;
  wrong: string[];
}

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '20' },
    point: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    side: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(`${HELP}\n`);
else await main();

async function main(): Promise<void> {
  const began = performance.now();
  const calm = await runTrial([]);
  const complaints = violations(calm);
  if (complaints.length > 0) throw new Error(`the undisturbed run is wrong already: ${complaints.join('; ')}`);
  const planned = planTrials(calm.counts, Number(values.trials), seeded(Number(values.seed))).filter(({ point }) =>
    point.includes(values.point),
  );
  const rows = new Map<Point, Row>(
    planned.map(({ point }) => [point, { point, trials: 0, deaths: 0, lost: 0, verdicts: {}, twins: 0, wrong: [] }]),
  );
  const queue = [...planned];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const row = rows.get(next.point);
      if (row) await record(row, next.kills);
      if (!values.json) process.stderr.write(`\r${planned.length - queue.length}/${planned.length}`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.side) }, worker));
  report(
    [...rows.values()],
    POINTS.filter((point) => !rows.has(point) && point.includes(values.point)),
    (performance.now() - began) / 1000,
  );
}

async function record(row: Row, kills: Kill[]): Promise<void> {
  row.trials += 1;
  try {
    const outcome = await runTrial(kills);
    const verdict = outcome.jobs.find(({ kind }) => kind === 'run')?.verdict ?? 'none';
    row.deaths += outcome.deaths;
    row.verdicts[verdict] = (row.verdicts[verdict] ?? 0) + 1;
    row.twins += outcome.messages > 1 ? 1 : 0;
    row.wrong.push(...violations(outcome).map((sentence) => `${JSON.stringify(kills)}: ${sentence}`));
  } catch (error) {
    row.lost += 1;
    row.wrong.push(`${JSON.stringify(kills)}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function report(rows: Row[], unreached: Point[], seconds: number): void {
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  const totals = {
    points: rows.length,
    trials: sum((row) => row.trials),
    deaths: sum((row) => row.deaths),
    twins: sum((row) => row.twins),
    wrong: sum((row) => row.wrong.length),
    seconds: Math.round(seconds),
  };
  process.exitCode = totals.wrong === 0 ? 0 : 1;
  if (values.json)
    return void process.stdout.write(`${JSON.stringify({ ...totals, seed: Number(values.seed), unreached, rows })}\n`);
  const lines = rows.map(({ point, trials, deaths, twins, verdicts, wrong }) =>
    [
      point.padEnd(34),
      `${trials} trials`,
      `${deaths} deaths`,
      `${twins} twins`,
      `${wrong.length} wrong`,
      JSON.stringify(verdicts),
    ].join('  '),
  );
  const wrong = rows.flatMap((row) => row.wrong);
  process.stdout.write(
    `\n${[...lines, ...(unreached.length > 0 ? [`not on the way of this intent: ${unreached.join(', ')}`] : []), ...wrong, JSON.stringify(totals)].join('\n')}\n`,
  );
}
