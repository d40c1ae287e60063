import { fileURLToPath } from 'node:url';
import { repeatFleetTrial, runFleet } from './fleet/run.ts';
import { soak } from './fleet/soak.ts';
import { runHouse } from './house.ts';
import { HELP, readOptions } from './options.ts';
import { runRelease } from './release/run.ts';
import { Table } from './table.ts';

// What one process has compiled, the next ones need not: thousands follow one another.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('../../node_modules/.cache/nightguard', import.meta.url));
const stopping = new AbortController();
process.once('SIGINT', () => stopping.abort());
const options = readOptions(process.argv.slice(2), stopping.signal);
if (!options) process.stdout.write(`${HELP}\n`);
else if (options.release) process.exitCode = (await runRelease(options.release)) === 0 ? 0 : 1;
else await main(options);

async function main({ over, again, soakMs, json, run }: NonNullable<typeof options>): Promise<void> {
  const began = performance.now();
  const table = new Table();
  const unreached: string[] = [];
  if (again !== undefined) await repeatFleetTrial(again, table);
  else if (soakMs !== undefined) await soak(soakMs, run, table);
  else {
    if (over !== 'redis') unreached.push(...(await runHouse(run, table)));
    if (over !== 'house') unreached.push(...(await runFleet(run, table)));
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  const summary = table.summary();
  process.exitCode = summary.totals.wrong === 0 ? 0 : 1;
  const about = { seconds, seed: run.seed, unreached };
  if (json) return void process.stdout.write(`${JSON.stringify({ ...about, ...summary })}\n`);
  process.stdout.write(`\n${[...table.lines(), JSON.stringify(about)].join('\n')}\n`);
}
